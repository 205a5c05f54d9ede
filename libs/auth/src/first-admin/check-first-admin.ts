import { type ConfigCheck, reasonWords, rejectsCommonPasswords } from '#platform';
import { passwordFault } from '../passwords/password-fault';
import { nameIssues } from '../registration/name-issues';

/** The first admin has a name and a password that anyone could have. */
export const checkFirstAdmin: ConfigCheck = ({ values, faults }) => {
  const { ADMIN_USERNAME: username, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = values;
  const issues = nameIssues({ username, email });
  if (password !== undefined) {
    const rules = { username: username ?? '', rejectCommon: rejectsCommonPasswords(values) };
    const fault = passwordFault(password, rules);
    if (fault !== undefined) issues.push({ field: 'password', ...fault });
  }
  for (const { field, reason, params = {} } of issues) {
    faults.add(`ADMIN_${field.toUpperCase()}`, reasonWords(reason, params, 'en'));
  }
};
