/** Lists are read when they are asked for: the start of the process does not pay for them. */
const listOf = (text: string) => (): readonly string[] => text.trim().split(/\s+/);

/** Ways over a keyboard, through the alphabet or the digits: any stretch of one is common, in both directions. */
export const walks: readonly string[] = [
  '01234567890123456789',
  '1234567890-=qwertyuiop[]asdfghjkl;zxcvbnm,./',
  '1234567890qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'abcdefghijklmnopqrstuvwxyzabcdefgh',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qazxsw23edcvfr45tgbnhy67ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'a1s2d3f4g5h6j7k8l9',
  '1a2s3d4f5g6h7j8k9l',
  'z1x2c3v4b5n6m7',
  'a1b2c3d4e5f6g7h8i9',
  '1a2b3c4d5e6f7g8h9i',
  'aabbccddeeffgghh',
  '00112233445566778899',
  '112233445566778899001122',
  '111222333444555666777888999000',
  '123456789987654321',
  '12345678900987654321',
  '1234554321',
  '1234567887654321',
  '147258369147',
  '741852963741',
  '789456123078',
  '159357159357',
  '147896325',
  '123654789',
  '100200300400',
  '13579246810',
  '24681012141618',
  '31415926535897932384',
  '!@#$%^&*()_+',
  '1!2@3#4$5%6^7&8*9(0)',
  '!qaz@wsx#edc$rfv',
  '!q@w#e$r%t^y',
];

/** What people begin with … */
export const beginnings = listOf(`
password passwort passw0rd p@ssw0rd p@ssword welcome letmein qwerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm
abcd abcdef admin administrator root test testing tester guest user master login access secret default changeme
iloveyou love lover loveme loveyou lovely forever princess prince king queen angel angels baby babygirl sweet sweetie
sweety honey sugar sunshine summer winter spring autumn monkey dragon tiger lion eagle wolf shark bear panther football
soccer baseball basketball hockey tennis superman batman spiderman starwars pokemon naruto minecraft computer internet
samsung google facebook apple banana orange cherry chocolate cookie pepper ginger flower butterfly rainbow diamond
crystal silver golden purple shadow hunter ranger killer ninja warrior wizard magic matrix freedom hello happy lucky
money star stars superstar rockstar music guitar player gamer michael jordan daniel david robert thomas andrew joshua
matthew anthony william charlie charles george james john joseph justin brandon christian alexander alex kevin steven
jason jessica jennifer ashley amanda nicole michelle samantha elizabeth stephanie hannah sarah taylor maria anna jesus
mother father family friend friends school student teacher america london paris mexico brazil india china russia
liverpool chelsea arsenal barcelona ferrari porsche mercedes harley mustang yankees cowboys lakers steelers phoenix
thunder midnight whatever fuckyou asshole slipknot metallica nirvana eminem buster bailey maggie daisy molly rocky
snoopy tigger mickey peanut
`);

/** … and how they end. */
export const endings = listOf(`
1 2 3 7 01 11 12 13 21 22 23 69 77 88 99 007 123 321 666 777 888 1234 12345 123456 2023 2024 2025 ! 1! 123! @123 @1234
#1 _123
`);

/** Initials, syllables and surnames that need a run of digits … */
export const shortBeginnings = listOf(`
a b c d e f g h i j k l m n o p q r s t u v w x y z aa aaa ab abc abcd as asd asdf qw qq qaz qwe qwer wo ww www zx zxc
zz xx wang zhang li liu chen yang zhao huang zhou wu xu sun zhu lin gao he guo ma luo song zheng xie han tang feng yu
xiao cheng hao jie ming long lei jing ai aini woaini baobao baobei laopo nihao mima love
`);

/** … such as these; some are read aloud as love letters. */
export const runsOfDigits = listOf(`
123456 1234567 12345678 123456789 1234567890 123123 111111 000000 666666 888888 520 521 1314 1314520 5201314
`);

/** What is neither of these patterns and was found again and again wherever passwords were lost. */
export const foundPasswords = listOf(`
!qaz1qaz !qaz2wsx 00000000a 000000aa 000111222 01020304 0102030405 010203040506 01234567a 0123698745 0987654321a
0okm9ijn 0penw1de 1000000000 10203040 1020304050 102030405060 10293847 1029384756 110120119 110120130 11111111a
1111111a 111111aa 111111qq 11112222 1111qqqq 111222tianya 112233aa 11235813 1123581321 121212aa 12131415 12312312
123123aa 123123asd 123123qwe 12332111 123321123 123321123321 1233211234567 123321456 123321aa 123412345 12341234a
12344321 1234512345 123456.. 1234560. 12345600 12345611 123456123 1234561234 123456123456 12345654321 123456654321
1234567! 12345678! 12345678. 123456789! 123456789. 1234567890a 1234567891 12345678910 12345678912 123456789123
1234567898 123456789a 123456789aa 123456789abc 123456789b 123456789d 123456789k 123456789m 123456789q 123456789qwe
123456789s 123456789z 12345678a 12345678aa 12345678ab 12345678q 12345678qwe 12345679 1234567900 1234567a 1234567q
1234567z 123456987 123456aa 123456aaa 123456ab 123456abc 123456asd 123456ok 123456qq 123456qw 123456qwe 123456qwerty
123456zxc 12345abc 12345password 12345qwert 12345qwerty 123467890 1234abc1 1234abcd 1234asdf 1234qwer 1234qwerasdf
1234qwerty 123654123 1236547890 12369874 123698745 123789456 123asd123 123asdfg 123password 123qwe!@# 123qwe123
123qwe123qwe 123qweasd 123qweasdzxc 123qweqwe 123qwerty 123zxc123 12qwaszx 1314258a 13145200 131452000 1314520a
1337h4x0r 134679852 1357924680 147258369123 147258369a 147852369 1478963250 159357456 159632478 159753159 159753456
15975346 159951159 16897168 18atcskd2w 1charlie 1direction 1g2w3e4r 1letmein 1michael 1passwor 1password 1princess
1q2w3e123 1q2w3e4r! 1q2w3e4r1 1q2w3e4r123 1qaz!qaz 1qaz0okm 1qaz1qaz1 1qaz@wsx 1qazzaq1 1qwerty1 1superman 200852008
212121212 22223333 24681357 246813579 25251325 25257758 2580258025 258456258 299792458 2pacshakur 2wsx1qaz 333666999
3rjs1la7qe 44445555 456123789 45678910 456789123 456852456 4everlove 50cent12 51392010 52013140 52013145 5201314520
5201314a 5205201314 584131420 5841314520 584201314 5845201314 5845211314 654321654321 654321aa 666666aa 66668888
666888666 666satan 74108520 741258963 753159852 75395145 753951456 7708801314520 77582580 77585210 7758521521 7758521a
77778888 789456123a 78963214 789654123 8008208820 852456852 86753090 8675309a 87654321a 88888888a 88889999 9379992a
95175345 951753852 96325874 963258741 987654321a a00000000 a11111111 a123123123 a123321a a123456! a123456. a123456a
a123456b a5211314 a7758258 a7758521 aa112233 aa11223344 aa123321 aaa111222 aaa12345 aaaa1111 aaaaa11111 aaaaaa11
aaaaaa111111 aardvark abc123!! abc12345 abc123abc abc123xyz abc@1234 abc@12345 abc@123456 abcabc123 abcd1234! abcde123
abcde12345 abcdefg1 abcdefg123 abcxyz123 access14 accessdenied account1 accounting acer1234 acmilan1 adgangskode
adm1n123 admin000 admin2020 adminadmin administrador adminpass adventur adventure aerosmith africa12 africa123 african1
agent007 agnieszka ainizhu1 airborne aircraft airforce airplane akatsuki akatsuki1 alegria1 alejandra alejandro
alejandro1 aleksandr aleksandra alexande alexandr alexandra alexandre alexandria alexey12 alexis12 algeria1 algerie1
alienware alienware1 allah786 allahuakbar alligator always12 alwaysandforever american american1 americana americanidol
americas amigos12 amour123 amoureuse anaconda anastasia anastasiya anderson anderson1 andrey12 andrey123 android1
android123 angelbaby angeleyes angelfire angelica angelica1 angelina angelina1 angeline angelito angelo12 angrybirds
ankara06 antivirus antonio1 anybody1 anything anything1 anywhere applemac applepie applepie1 apples12 aptx4869 aqswdefr
aquarius aquarius1 aqwzsxed arab1234 aragorn1 argentina argentina1 arizona1 armando1 arsenalfc asas1212 asd12345
asd123asd asd@1234 asdasd12 asdasd123 asdf;lkj asdfasdf1 asdfg123 asdfg12345 asdfjkl1 asdfjkl; asdfqwer asdfzxcv
asdqwe123 asdzxc123 assassin assassin1 assassins assassinscreed asteroid asus1234 atlanta1 atlantis attorney august08
august12 aunty123 austin12 austin316 australia australia1 autumn2020 autumn2021 autumn2022 avalanche avengers awdrgyjil
awsedrft azerty12 azerty123 azqswxde azsxdcfv azsxdcfvgb babybear babyblue babyboy1 babyboy12 babycakes babycute
babydaddy babydoll babydoll1 babyface babylon5 babylove1 babymama babyphat backspace backstreet bacon123 badboy12
badboy123 badgirl1 badminton baggins1 bahamas1 baller12 baller23 ballerina ballin12 balling1 bananas1 bandung1
bangalore bangla12 bangladesh bangladesh1 banking1 baobao123 baobei123 barackobama barbados barcelona10 bartek12
bartsimpson basia123 basketba basketbal bassfish bassman1 bassplayer bastard1 bayern123 beachboy beachbum bears123
beatles1 beautifu beautiful beautiful1 beauty12 beautyful beckham23 beckham7 beibei123 beijing1 beijing2008 beliebers
believe1 believe12 believer benfica1 benjamin benjamin1 berkeley berlin123 bermuda1 besiktas bestfriend bestfriend1
bestfriends beyonce1 bieber123 bienvenue bigbear1 bigdaddy bigdaddy1 bigmama1 bilbo123 billionaire billybob birthday
birthday1 bismillah bismillah786 bisounours bitch123 blackberry blackbird blackcat blackdog blackheart blackjack
blackjack1 blackjack21 blackmagic blackman blackops blackops2 blackstar blackwolf blahblah1 bleach12 bleach123 blessed1
blessing blessings blink123 blink182 blink182! blizzard blizzard1 bluebell blueberry blueberry1 bluebird bluebook
blueeyes blueeyes1 bluemoon bluesky1 bobafett bobmarley bobmarley1 bocajuniors bohemian bolivia1 bollocks bond007!
bonita12 bonjour1 bonjour123 bonjovi1 bookworm bordeaux boricua1 boricua12 boston12 boston123 botafogo boyfriend
boyfriend1 brasil123 braveheart braves10 britney1 brittany brittany1 broadband broccoli broncos1 broncos7 brooklyn
brooklyn1 brother1 brownie1 brownies bubba123 bubblegum bubblegum1 bubbles1 bubbles12 bubbles2 buckeye1 buckeyes
budlight budweiser bugaosuni bugatti1 bugsbunny building bulldog1 bulldog12 bulldogs bulls123 bullshit bullshit1
bunny123 bunnyrabbit burnout3 burrito1 business butterfl butterflies butthead buzhidao cadillac cairo123 californi
california california1 callofduty callofduty4 camaro12 camaro69 cambiami cambridge camera12 cameron1 camille1 campbell
camping1 candycrush candyman cannabis canon123 canon1234 canucks1 caonima1 caonima123 caonima520 cappuccino capricorn
capslock captain1 caramel1 cardinal cardinals carebear carebear1 carolina carolina1 caroline caroline1 carrots1
cashmoney cashmoney1 casino12 catching catdog12 catherine catlover catwoman cavalier cellphone celtic1888 celtics1
challenger champion champion1 champion12 champions championship chandler changeit changethis charger1 chargers charity1
charizard charlott charming cheerleader cheerleader1 cheese12 cheese123 cheeseburger cheesecake cheetah1 chelseafc
chen1234 chen12345 chenjian chennai1 cherie12 cherokee cherries cherrycoke cheval12 chevelle chevrolet chevy123
chevy350 chewbacca cheyenne chicago1 chicken1 chicken12 chicken123 chickens chiefs12 chihuahua childhood children
children1 chile123 chinese1 chivas11 chivas12 chocolat chocolat1 choupette choupinette chris123 chris1234 chrisbrown
chrisbrown1 christia christin christina christina1 christine christmas christmas1 christop christoph christopher
christopher1 cinnamon cintaku1 cisco123 ciscocisco clarinet clashofclans classof07 classof08 classof09 classof2010
cloud123 clubpenguin clubpenguin1 coca-cola cocacola cocacola1 cocacola12 cocacola2 coffee12 coffee123 coldplay
college1 college12 colombia colombia1 colombo1 colorado columbia columbia1 columbus commando company1 company123
compaq12 computers concrete connect1 connected conquest consumer contrasena contraseña control1 controls cookiemonster
cookies1 cookies12 cookies123 copy1234 corazon1 corazon12 corinthians corvette corvette1 cosmos12 costarica coucou12
coucou123 counterstrike courtney courtney1 cousin12 cowboy12 cowboy123 cowboybebop cowboyup cowgirl1 cracker1 crackers
crawford crazy123 crazy4you crazybaby crazyboy crazygirl creative cristiano cristiano7 crocodile cruzeiro cuba1234
cubano12 cucumber cupcake1 cupcakes custard1 cute1234 cutegirl cutegirl1 cuteness cutie123 cutiepie cutiepie1 d1lakiss
daddy123 daddy1234 daddygirl daddylove daddysgirl dahai123 dale1234 dalejr88 dallas12 dallas22 dalmation dance123
dance4life dancer12 dancer123 dancing1 dandan123 daniela1 danielle danielle1 darkangel darkangel1 darkknight darklord
darkness darkness1 darkside darkstar darthvader database davidson davinci1 deadhead deadpool1 dearbook deathnote
deathnote1 debian12 december december1 december12 defaultpassword defender1 deftones delete12 delhi123 dell1234
dell12345 demo1234 demo12345 demo@123 democrat dentist1 denver12 destiny1 destiny12 destiny123 deutsch1 deutschland
developer developer1 devil666 devildog devotion dhaka123 diablo12 diablo123 diablo666 diamonds dietcoke digimon1
directioner director discover discovery disturbed1 dmitriy1 doctor12 doctor123 doggie12 doggy123 dolphin1 dolphins
dolphins1 domain12 dominican dominicana dominika dominika1 donaldduck donuts12 doom1234 doritos1 dortmund dota2dota
doudou12 doughnut download dragonball dragonball1 dragonball2 dragonballz dragonfly dragonfly1 dragons1 dragonz1
drawing1 dreamer1 dreaming dreams12 drifting drowssap drpepper drpepper1 drummer1 drummer2 dubai123 dumbass1 dumbass12
dumbledore dynamite eagles12 eagles123 earnhardt earthquake eastside eastside1 ecuador1 edwardcullen eeyore12 egypt123
eighteen einstein einstein1 ekaterina electric elephant elephant1 elephants elisabeth elite123 elizabet elsalvador
emerald1 emergency emmanuel emmanuel1 emotion1 enchilada energy12 engaged1 engineer england1 england123 english1
english12 enter123 enterenter enterpri epson123 epson1234 ericsson escape12 esmeralda esperanza espresso estrella
estrella1 estrella12 eternal1 eternity ethernet evanescence evangelion everquest everton1 everybody everyday everyone
everything evildead example1 excalibur expedition explorer explorer1 explosive fabregas faith123 faithful faithful1
falcons1 familia1 familyguy fanta123 fantasia fantasy1 fantasy7 farmville fearless february february1 feifei123
fender12 fenerbahce fernando fernando1 ficken123 fighter1 fighters fighting finalfantasy finance1 fire1234 fireball
firebird firebird1 firefighter firefly1 fireman1 firewall fisherman fishing1 fishing12 flamengo flintstone florida1
football10 footballs foreverandever foreverlove foreveryoung forgotten format12 fortnite four4444 fourteen fourteen14
fqrg7cs493 france123 france98 francesca francesco francisco francisco1 francois frankfurt franklin freaks123 freaky12
frederic frederick freepass freeuser french12 friday12 friday13 friendship frodo123 frontier fuckoff1 fuckoff2 fuckthat
fuckthis fullmetal fullmetal1 fussball fussball1 g-unit50 g_czechout gabriel1 gabriela gabriele gabriella gabrielle
gabrielle1 galatasaray galaxy12 galileo1 gambler1 gamecube gamers12 gaming12 gaming123 gandalf1 gandalf12 ganesh123
ganesha1 gangsta1 gangsta12 gangster gangster1 garfield garfield1 garlic12 gateway1 gateway12 gateway2 gatorade
gators11 gators12 geheim123 gemini12 georgia1 germany1 geronimo gerrard8 getmoney getmoney1 gfhjkm12 gfhjkm123 ghana123
ghbdtn12 ghbdtn123 gibson12 gibson123 giovanni giovanni1 girlfriend girlfriend1 gladiator gladiator1 gmail123
goalkeeper godbless godbless1 godfather godisgood godisgood1 godislove godislove1 godsgift godsmack godzilla godzilla1
gohan123 goku1234 goldberg goldeneye goldfish gonzales gonzalez goodbye1 goodgirl goodluck goodluck1 goodmorning
goodnight goodtimes googleit gorgeous gorgeous1 gothic12 graduate graduation grammar1 grandma1 grandma12 grandpa1
grandpa12 grapes12 greenbay greenday greenday1 greenday2 greentea grizzly1 gta12345 gtasanandreas guacamole guadalupe
guadalupe1 guangzhou guatemala guestguest guillermo guinness guitarist guitarman gummybear gummybear1 gundam00 gustavo1
gwerty123 gymnastics habbo123 hacked12 hacker12 hacker123 hackerman hackers1 hackme12 haha1234 haha123456 haiti509
halflife halflife2 hallelujah hallo123 hallo1234 hallo12345 hallohallo halloween halloween1 halo1234 halo3odst
haloreach hamburg1 hamburger hamilton hamster1 hamsters handbook handsome handsome1 hannahmontana hannibal hanoi123
haohao123 haohaoxuexi happiness happiness1 happy2be happyday happydays happyface happyfeet happyness hardcore hardcore1
hardrock hardware harleyda harleydavidson harmony1 harrison harrypotter harrypotter1 harrystyles harvard1 haslo123
haslo1234 hasło123 hateyou1 hawaii50 haxor123 heaven12 heavenly hedgehog heineken helicopter hellfire hello2you
hellohello hellokitty hellokitty1 hellothere helloween helloworld helpdesk helpme12 helpme123 hemingway henry14!
hercules hermione hermosa1 hernandez heslo123 highland highschool highschool1 hinata12 hip-hop1 hiphop12 hippie12
hitachi1 hogwarts hollywoo hollywood hollywood1 homersimpson homerun1 homework homework1 honduras honesty1 honeybear
honeybee honeybun honeybunny hongkong hongkong1 hookem12 hope1234 hopeful1 horselover horses12 horses123 hospital
hosting1 hotchick hotdog12 hotdog123 hotgirl1 hotmail1 hotmail123 hotmama1 hotrod12 hotstuff hotstuff1 hottie101
hottie12 hottie123 houston1 huang123 huanghe1 huawei123 huawei@123 hulkhogan hunting1 hurricane hurricanes husband1
hyderabad icecream icecream1 icecube1 iceman12 ichliebe ichliebedich idontcare idontknow iforgot1 ihatelove ihatemylife
ihatepasswords ihatethis ihateyou ihateyou1 ihateyou2 ilovecats ilovechris ilovedad ilovedogs ilovefood ilovegod
ilovegod1 iloveher ilovehim ilovehim1 ilovejesus ilovejesus1 ilovejohn ilovejosh iloveme1 iloveme123 iloveme2 ilovemike
ilovemom ilovemom1 ilovemusic ilovemyfamily ilovemylife ilovemymom ilovemyself iloveu123 iloveyou4 iloveyousomuch
iloveyouu iloveyoux iluvu123 imissyou imissyou1 immanuel indonesia indonesia1 indya123 infantry infinity infinity1
inspiron instagram integrity intermilan inuyasha inuyasha1 iphone12 iphone123 iphone4s iphone5s iran1234 iraq1234
ireland1 irina123 ironmaiden ironman1 isabel12 isabella isabella1 isabelle israel12 israel123 istanbul istanbul34
itachi12 itachi123 italian1 ivan1234 ivanov12 iverson3 izmir123 jackpot1 jackson1 jackson12 jackson5 jacqueline
jaguar12 jaimatadi jaishreeram jakarta1 jamaica1 jamaica123 jamaican jamesbond jamesbond007 january1 january12 japanese
japanese1 jasmine1 jasmine12 java1234 javascript jeanette jeannine jediknight jedimaster jeep1234 jefferson jeffrey1
jehovah1 jelly123 jellybean jellybean1 jellybeans jellyfish jelszo123 jeremiah jerusalem jesus4me jesuschrist
jesuschrist1 jesusfreak jesusislord jesuslove jesussaves jetaime1 jetaime2 jiajia123 jiangjun jiayou123 jimihendrix
jimmypage jiushiaini joejonas johnathan johncena johncena1 johnlennon johnson1 johnson12 jonas123 jonasbrothers
jonathan jonathan1 jonathan12 jonathon jordan45 josephine joyful12 juliana1 juliette juniper1 jupiter1 jupiter2
justinbieber juventus juventus1 kacper12 kacper123 kaixin123 kakashi1 kakashi12 kakashi123 kamehameha kangaroo kansas12
karachi1 karachi123 karina12 karma123 karolina karolina1 kashmir1 kasia123 katarzyna katasandi katerina katherine
katherine1 kathleen kathmandu kathryn1 kawasaki kawasaki1 kennedy1 kennwort kentucky kenya123 kenya254 keyboard
kimberly kimberly1 kindness kingdom1 kingdomhearts kingkong kingkong1 kingpin1 kings123 kingston kissme12 kitten12
kittens1 kitty123 kitty1234 kittycat kittycat1 kittykat kobe2424 kobe8888 kobebryant kochamcie kochamcie1 kochanie
kochanie1 kodak123 kolkata1 korea123 korn1234 krakow12 krasavica krishna1 krishna123 kristin1 kristina kristine
kuaile123 kuwait12 labrador lacrosse lacrosse1 ladybird ladybug1 lahore12 lahore123 lakers08 lakers24 lakshmi1
lakshmi123 lamborghini lancelot landrover language lanlan123 laoban888 laogong520 lasvegas lasvegas1 latitude latte123
laughter lawrence lawyer12 leagueoflegends lebanon1 lebron23 lebronjames ledzeppelin leet1337 legendofzelda legolas1
lemon123 lemonade lemontree lenovo12 lenovo123 leo12345 leonardo leonardo1 leonardo12 leopard1 letitbe1 letmeinn
letmeinnow letmesee liberty1 libra123 lifehack lifeisgood lifeisgood1 lifesucks lifetime lightning lightning1 lijing123
lilei123 liliang1 lilwayne lilwayne1 lincoln1 linkedin1 linkinpark linkinpark1 linlin123 linux123 lioness1 lionheart
lionking liuyang1 liuyang123 liverpoo liverpoolfc liwei123 logitech logitech1 lokomotiv lol12345 lol123456 lolita12
lollipop lollipop1 lollipops lollol123 lollypop londres1 lonewolf longhorn longhorns longzhu1 lordoftherings losangeles
louisiana loulou12 love4ever loveable lovebug1 lovechina lovehurts loveislife lovelaopo loveless lovelife lovelife1
loverboy lovergirl loverman lovers12 lovestory lozinka1 lubov123 lucifer1 lucifer666 lucky13! lucky7777 luckyday
luckyone luigi123 lulu1234 macaroni macintosh mackenzie madison1 madonna1 maga2020 magellan magician mahalkita
mahalkita1 mahalko1 makayla1 makemoney maksim12 malaysia malaysia1 mamamia1 mamapapa mamasboy manager1 manager123
manchester manchester1 mango123 manhattan manila12 manson666 manunited manutd123 manutd99 mapleleafs maplestory
maplestory1 maradona maradona10 marathon marcin12 margaret margarita mariahcarey mariana1 marianne marijuana marilyn1
marina12 marina123 marines1 mario123 mario1234 mariposa mariposa1 mariposa12 marketing marlboro marlboro1 maroc123
marriage married1 marseille marseille13 marshal1 marshall marshall1 martinez martinez1 marvin12 maryjane maserati
masterkey mastermind mateusz1 matkhau123 maurice1 maxim123 mazda123 mazda626 mcdonalds medicine megadeth meimei123
meiyoumima melissa1 melissa12 meow1234 mercedesbenz mercury1 messi123 metalgear metallic miami123 miami305 michaela
michaeljordan michal12 michelangelo michigan michigan1 mickeymouse microsoft military millionaire mima1234 mima12345
mima2024 minnesota minnie12 minolta1 misiaczek misiek12 missyou1 mistress mitchell mitsubishi mobile12 mobile123
modem123 modernwarfare mommy123 mommy1234 mommylove monday12 moneymaker moneyman mongoose monica12 monika12 monitor1
monkeyboy monkeyman monkeys1 monster1 monster12 monster123 montana1 montreal moonlight moonlight1 mordor12 morocco1
morpheus morrison mortalkombat moscow12 mot2passe motdepasse motherfucker motherlode motocross motorbike motorcycle
motorola mountain mountain1 mountaind mountaindew mountains muenchen muffin12 muffins1 mumbai12 mumbai123 mummy123
mushroom music4life musica123 musician musiclover musicman mustang67 mustangs muñeca12 mybaby12 mybabygirl
mychemicalromance myfamily myfamily1 mylife12 mylife123 mylife4ever mylove12 mylove123 mypass12 mypass123 mypassword
mypassword1 mysecret myself12 myspace1 myspace123 mysql123 mysqlmysql narutouzumaki nascar03 nascar24 natalia1
natalia12 natalie1 natasha1 natasha12 natasha123 natation nathalie nathaniel ncc1701d ncc1701e nebraska needforspeed
neo12345 neopets1 neopets123 nepal123 nephew12 neptune1 nescafe1 netscape network1 network123 never123 neverland
neverland1 nevermind nevermore newcastle newcastle1 newdelhi newpassword newton12 newyork1 newyork12 newyorkcity
neymar11 neymar123 nfsmw123 nicaragua nicholas nicholas1 nickelback nickjonas nigeria1 nigeria12 nigeria123 nihao123
nihao1234 nihaoma1 nihaonihao nikita12 nikita123 nikon123 nimabi123 nintendo nintendo64 nishishui nishizhu nizhidao
nobody12 nobody123 noidea123 nokia123 nokia6300 nomad123 noodle12 noodles1 nopass123 nopassword northside notebook
nothing1 nounours november november1 nowhere1 number10 number11 number12 number13 number21 number23 numberone numbers1
nursing1 nuttertools oakland1 obama2008 octavia1 october1 october10 october13 office12 office123 offspring oklahoma
olympus1 omnamahshivaya omsairam omsairam1 one2three onedirection onedirection1 onepiece onepiece1 onepiece123 onetwo12
onetwo34 onetwothree onion123 openplease opensesam opensesame optiplex oracle12 oracle123 oranges1 orchestra outdoors
oxford12 p4ssw0rd p@55w0rd p@55word pa$$w0rd pa$$w0rd1 pa$$word pa55w0rd pa55word packers1 packers4 painter1 painting
pakistan pakistan1 pakistan123 pakistan786 palmeiras panama12 panasonic panasonic1 pancakes panthers panthers1 papillon
papillon1 paradise paradise1 paradox1 paraguay parents1 parola123 parool123 pass1word pass@123 pass@1234 pass@word
pass@word1 passcode passion1 passion12 passpass1 passport passw@rd passw@rd1 password. password0 password01! password1.
password12! password1234! password2! password? password@1 passwordpassword passwords passwords! passwords1 patience
patience1 patricia patricia1 patrick1 patrick12 patriot1 patriots patriots1 pavilion peace123 peace4me peaceful
peacelove peaches1 peaches12 peanutbutter peanuts1 pearljam peekaboo penelope penguin1 penguins pentium1 pentium4
peppermint pepsi123 peru1234 peterson phantom1 pharmacy philippines philips1 phillies phillips phone123 phreaker
picture1 pictures pikachu1 pilipinas pineapple pineapple1 pineapple12 pinkfloyd pinoy123 pinoyako piotrek1 pisces12
pizza123 pizzahut platinum playboy1 playboy12 playboy2 playboy69 players1 playgame playgirl playmaker playstation
playstation2 playstation3 playtime pleaseletmein pleasure poisson1 pokemongo poker123 pokerface pokerstars polarbear
polaroid police12 police911 polska12 polska123 pontiac1 pooh1234 poohbear poohbear1 poohbear12 poop1234 poopface
poophead poopoo12 poopoo123 popcorn1 popcorn12 porsche9 porsche911 portugal portugal1 postgres postgres1 potato12
potato123 potatoes power123 powerful powerpuff powers12 precious precious1 precious12 precision predator predator1
presario president president1 pretty12 pretty123 prettygirl prettygirl1 princesa princesa1 princesa12 princess10
princess14 princess15 princess16 princess18 princess5 princess8 princess9 princesse princesse1 princeton printer1
printers printscreen prinzessin private1 privet12 privet123 program1 programmer programming pudding1 puertorico
puertorico1 pumas123 pumpkin1 pumpkin12 puppies1 puppy123 puppydog puppylove pussy123 pussycat pussycat1 python12
q1w2e3r4! qaz12345 qaz123wsx qazqaz123 qazwsx11 qazwsx12 qazwsx123 qazwsx123456 qazxcvbnm qazxsw12 qazxsw21 qingfeng
qq1111111 qq520520 qqqq1111 qqqwww123 qqww1122 qqwweerr quake123 quarterback queenbee queenbee1 qwaszx12 qwaszx123
qwe123!@# qwe12345 qwe123qwe qwe@1234 qweasd123 qweasdzxc qweasdzxc1 qweasdzxc123 qweqwe123 qweqweqwe123 qwer1234
qwer1234! qwer12345 qwer4321 qwerasdf qwerasdfzxcv qwerfdsa qwert123 qwert1234 qwert12345 qwertasdf qwerty123? qwerty1?
qwerty1q qwerty654321 qwerty78 qwerty789 qwertyasdf qwertypoiuy qwertyqwerty qwertyui1 qwertyuiop0 qwertz123 rabbit12
racer123 racing12 racing123 radiohead raiders1 raiders12 rainbows raistlin rammstein rangers1 raspberry1 rastafari
rastaman reading1 reagan12 realmadrid realmadrid1 rebecca1 rebecca12 rebelde1 redbull1 redbull12 redhat12 redhead1
redrum12 redskins redskins1 redsox04 redsox12 redwings redwings1 refresh1 reggae12 remember remember1 rememberme
renegade republic residentevil restart1 retriever ricardo1 richard1 richard12 rihanna1 riverplate roadrunner roberto1
robinson robinson1 roblox123 rockandroll rockband rocknroll rockybalboa rodrigo1 rodriguez rolltide ronaldinho
ronaldinho10 ronaldo1 ronaldo123 ronaldo7 ronaldo9 rooney10 roosevelt rootpass rottweiler router12 router123 runescape
runescape1 runescape123 runescape2 rush2112 russian1 sa123456 sabrina1 sagittarius saibaba1 saigon123 sailormoon
sairam123 sakura12 sakura123 salasana salesman salvador salvador1 salvation sample123 sanandreas sandcastle sandiego
sandwich sanfrancisco santaclaus sanyo123 saopaulo sapphire sapphire1 sasuke123 satan666 satellite saturday saturn12
saudi123 savannah saxophone sayang123 scanner1 scarface schalke04 schatz123 schatzi1 schmetterling schools1 scooby12
scoobydoo scoobydoo1 scorpio1 scorpion scorpion1 scorpion12 scotland scotland1 scrapbook script12 seahorse seashell
seattle1 sebastian sebastian1 sebastien secretpassword security security1 seminole semperfi semperfi1 senha123
senha1234 senior08 seniors09 sephiroth september september1 serenity serenity1 sergey12 server12 server123 service1
services seven777 seventeen sexy1234 sexybaby sexyback sexyboy1 sexygirl sexygirl1 sexylady sexymama sexymama1 sexyman1
sexything shakespeare shakira1 shamrock shanghai shangxin shannon1 sharingan sharp123 shenzhen sherlock shift123
shijiehao shivashiva shooter1 shooting shuaige1 shutdown shuttle1 siemens1 sifre123 silenthill silmarillion silverado
simpsons simpsons1 singapore singer12 sister12 sk8er4life sk8ordie skate4life skateboard skateboarding skater11
skater12 skater123 skittles skittles1 skywalke skywalker skywalker1 slaptazodis slayer666 sleeping smelly12 smile123
smile4me smiles12 smiley12 smileyface smirnoff snapchat snapple1 snickers snickers1 sniper12 sniper123 snoopdog
snoopdogg snowball snowball1 snowboard snowboarding snowflake snowflake1 snowman1 snowman12 snowwhite soccer10 soccer14
soccer17 softball softball1 softball12 software soldier1 soleil12 soleil123 somebody someone1 something something1
sometime sometimes somewhere sommer123 songoku1 sonic123 sonnenschein sonyericsson southafrica southpark southside
southside1 spacebar spaceman spaghetti spanish1 spartak1 spartak12 spartan1 spartan117 spartans spelling spencer1
spiderma spitfire spongebob spongebob1 spongebob12 spring2020 spring2021 spring2022 sprite12 sqlserver squall12
squirrel squirrel1 srilanka srilanka1 srinivas stallion standard standing stanford starbucks starcraft starcraft2
stardust starfish stargate stargate1 starlight startrek startrek1 stefanie stephani stephen1 sterling stingray stinky12
stocking stonecold strasbourg strawberry strawberry1 strawberry12 streetfighter strength students stupid12 stupid123
stupidass stuttgart subaru12 sublime1 submarine success1 success123 successful sugarbaby sullivan summer08 summer2020
summer2021 summer2022 sundance sunday12 sunflower sunflower1 sunflowers sunny123 sunnyday super123 super1234 superadmin
superfly supergirl superhero supermario supernova supersonic superuser support1 support123 supreme1 surabaya surfer12
surfing1 survivor survivor1 suzuki12 suzuki123 svetlana sweet16! sweetgirl sweethear sweetheart sweetheart1 sweetness
sweetpea sweetpea1 swimming swimming1 swordfis swordfish sysadmin taco1234 tacobell tamade123 tangerine tanzania
taobao123 taobao520 tarantula target123 tarheels tatiana1 taurus12 teamo123 teamo1234 teamo12345 teamomucho teamoteamo
teatime1 teddybea teddybear teddybear1 tehran12 tekken12 tekken123 telephone temp1234 temp12345 temporal temporary
temppass tennessee tequiero tequiero1 tequieromucho tequila1 terminator terminator1 terrance testpass testpassword
testtest1 testuser texas123 textbook thailand thailand1 thebeatles thepassword theresa1 thinkpad thirteen thompson
thuglife thuglife1 thunderbird tiamocara tiankong tianshi1 tianxia1 tiffany1 tigers12 tigers123 tiggers1 tigres12
tigrou12 timeless timeline timothy1 tinkerbel tinkerbell tinkerbell1 together together1 togetherforever tolkien1
tomato12 tomcat14 tomcruise topsecret tornado1 torres09 toshiba1 toshiba12 toshiba123 tottenha tottenham touchdown
toulouse toyota12 toyota123 tplink123 training tranquil transam1 traveler treasure treasure1 trinidad trinity1 trinity3
triplets tristan1 trojans1 trombone trueblue truelove truelove1 trump2016 trump2020 trumpet1 trunks12 trustgod
trustgod1 trustme1 trustme12 trustno1 trustnobody trustnoone tsunami1 tunisia1 tunisie1 tupac123 turkey12 turkey123
turkiye1 turtle12 turtles1 tweety12 tweety123 tweetybird twelve12 twentyone twilight twilight1 twinkie1 twins123
twitter1 ubuntu12 uchiha12 uganda12 ultimate uncle123 undertaker unitedstates universe university unreal12 uqgy1rvv
uruguay1 usa12345 usa123456 username username1 userpass usmc1775 vacances vagabond vagrant1 valentin valentina
valentina1 valentine vampire1 vampires vanessa1 vanilla1 vanilla12 vegeta12 venezuela veronica veronica1 vfhbyf12
vicecity victoria victoria1 victory1 victory7 videogame vietnam1 vietnam12 vikings1 vincent1 vincenzo violin12 virginia
virginia1 virginia12 virgo123 virus123 vladimir vladimir1 volcano1 voldemort volkswagen volleyball volleyball1 w1w2w3w4
w3lc0me1 wachtwoord wang1234 wang12345 wangjian wangjing wanglei1 wangwei1 wangyang warcraft warcraft1 warcraft3
warhammer warriors warszawa warthog1 washington watching waterloo watermelon watermelon1 webadmin webkinz1 webmaster
webmaster1 website1 wedding1 weiwei123 welc0me1 welcome2u welcome@1 welcomeback wenwen123 westside westside1 whatsapp
whiskey1 whiteboy whitecat whitesox wifey123 wifi1234 wifi12345 wifipassword wildcat1 wildcats wildhorses williams
williams1 wilson12 windows1 windows10 windows7 windows8 windows98 windowsxp winner12 winner123 winniethepooh winning1
winter2020 winter2021 winter2022 wireless wireless1 wisconsin woaibaba woaibaobao woailaogong woailaopo woaimama
woaimeinv woaini00 woaini11 woaini111 woaini12 woaini123 woaini666 woaini88 woaini99 woainima woaiqian woaiwojia
woaiwolaopo woaiwoziji woaizhongguo wobuaini wobuzhidao wocaonima wodeai123 wodemima wodemima123 wodeshijie wodezuiai
wojiushiwo wokaonima wolfgang wolfpack wolverin wolverine wolverine1 womenzaiyiqi woodstock wordpass worldofwarcraft
woshini8 woshiniba woshishei woshishen woshishui woshitiancai woshizhu woxiangni wozhiaini wrangler wrestling
wrestling1 x4ivyga51f xbox360! xbox3600 xboxlive xiaobai1 xiaofeng xiaohei1 xiaojing xiaolong xiaomi123 xiaoming
xiaoming123 xiaoqiang xiaotian xiaowang xiaoyu123 xiexie123 xingfu123 xixi1234 xuexi123 yahoo123 yahoocom yamaha12
yamahar1 yang1234 yangguang yanyan123 yaoyao123 yfnfif12 yidalian youandi2 youandme yourpassword youtube1 zacefron
zacharias zachary1 zag12wsx zaq!2wsx zaq123wsx zaq12wsx zaq12wsx1 zaq12wsx3 zaq1xsw2 zaqwsx12 zaqwsx123 zaqwsxcde
zaqxswcde zelda123 zenit123 zeppelin zeroone1 zhang123 zhang1234 zhang12345 zhanghao zhangjian zhangjie zhangjing
zhanglei zhangsan zhangwei zhangyan zhangyang zhendeaini zhimakaimen zhongguo zhongguo1 zhuzhu123 zidane10 zimbabwe
zinch123 zion1234 zuzanna1 zxc12345 zxc123zxc zxcasd123 zxcasdqwe zxcasdqwe123 zxcv1234 zxcvbnmz zxczxc123 zynga123
zzxxccvv
`);
