import { type RequestContext, workScope } from '../work-scope';

export type { RequestContext };

export const requestContext = {
  run<T>(context: RequestContext, work: () => T): T {
    return workScope.run({ request: context }, work);
  },
  current(): RequestContext | undefined {
    return workScope.request();
  },
};
