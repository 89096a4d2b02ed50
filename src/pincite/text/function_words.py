"""Which words only hold a sentence of this language together? Articles, pronouns, prepositions, auxiliaries.

And the words that make a question of it. Lower-cased, as ``tokens.words`` gives them. Of languages that are written
without blanks it is pieces of text, to be cut out of it.
"""

from __future__ import annotations

import re
from functools import cache

from pincite.text.languages import small_words

_MORE: dict[str, str] = {
    "de": """ab alle allem allen aller alles als also an andere anderem anderen anderer anderes ans auch aufs außer
        außerdem beide beiden beider beides bin bis bist da dabei dadurch dafür dagegen daher dahin damals damit
        danach daran darauf daraus darf darin darüber darum davon davor dazu dein deine deinem deinen deiner denen
        denn deren derer derjenige derselbe deshalb dessen diejenigen dies diese diesem diesen dieser dieses doch
        dort du durfte durften dürfen dürfte eben ebenfalls etwa etwas euer eure falls fast ganz gar gegen gegenüber
        genau habe habt hatten hier hin hinter ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres indem ins ja je jede
        jedem jeden jeder jedes jedoch jene jener jetzt jeweils kannst kein keine keinem keinen keiner konnte
        konnten könnte könnten man mehr mein meine meinem meinen meiner mich mir mit mochte muss musst musste
        mussten muß müssen müsste nachdem neben nein nichts nie noch nun ob obwohl ohne pro schon sehr sei seid sein
        seine seinem seinen seiner seines seit selbst sobald sofern sogar solche solchen solcher soll sollen sollst
        sollten somit sondern sonst soviel sowie statt trotz um uns unser unsere unserem unseren unserer unter usw
        viel vielen vieler vor während wäre wären wegen weil weiter weitere weiteren welchem wenig wenige wenn werde
        wessen weshalb wieder will willst wir wird wirst wobei wodurch wohl wollen wollte wollten worden worin worum
        worüber worunter wozu würde würden zwar heißt heißen lautet nannte genannt benannt nennen bitte""",
    "fr": """afin ai aie ainsi alors après as assez au aucun aucune aujourd aussi autre autres avaient avais avait
        avant avec avez avoir avons bien car ceci cela celle celles celui cependant certains certaines ces cet ceux
        chaque chez ci comme déjà depuis dès devait devant devrait doit doivent donc dont du elles encore enfin
        entre étaient étais étant êtes été être eu eux faire fais faisait fera furent fut hors ici ils je jusqu
        jusque là lors lorsque lui ma mais me même mêmes mes mieux moi moins mon ne ni nommé non nos notre nôtre
        nous on ont ou ouais parce parmi pendant peu peuvent peux plusieurs pourquoi pouvait presque puis puisque
        quelque quelques quoi sans sauf se selon sera serait seront seulement si sien soit sommes son sont sous suis
        te tel telle telles tels toi ton toujours tous tout toute toutes très trop tu va vers voici voilà vont vos
        votre vôtre vous auquel auxquels auxquelles duquel desquels desquelles lesquels lesquelles appelle nomme t j
        m""",
    "es": """a además ahora al algo alguna algunas alguno algunos algún ante antes aquel aquella aquellas aquellos aqui
        aquí así aun aunque aún bajo bien cada casi cierta cierto como con contra cosas cual cuales cualquier cuando
        cuanto cuya cuyas cuyo cuyos cuánta de debe deben debido del demás dentro desde después donde durante e ella
        ellas ello ellos en encima entonces entre era eran es esa esas ese eso esos esta estaba estaban estar estas
        este esto estos está están estuvo fue fuera fueran fueron ha haber había habían hace hacen hacer hacia hacía
        han hasta hay hubo igual incluso jamás junto las le les llama llamaba llamado llaman los luego mas me
        mediante mi mientras mis misma mismas mismo mismos mucha muchas mucho muchos muy nada nadie ni ningún
        ninguna ninguno no nos nosotros nuestra nuestras nuestro nuestros nunca o os otra otras otro otros para pero
        poca pocas poco pocos podrá podría podrían poder pudo por porqué porque posee pueda pueden pues que quien
        quienes quién se sea sean según ser sera será serán si sido siempre siendo sin sino sobre solo soy su sus
        suya suyo sí sólo tal tales también tampoco tan tanto te tenido tener tenía tenían ti toda todas todavía
        todo todos tras tu tus tuvo tuvieron un una unas uno unos usted ustedes va van vez vosotros y ya yo él éste
        ésta éstos""",
    "it": """abbiamo ad altra altre altri altro adesso agli ai al all alla alle allo allora alcun alcuna alcune alcuni
        anche ancora avere aver aveva avevano avuto che chi chiama chiamato chiamata ci ciascun ciascuna ciò circa
        coi col come contro cui d da dagli dai dall dalle dallo degli dei dell dello dentro deve devono di dopo dove
        dovrebbe e ed egli ella erano essa esse essendo essere essi esso fa fanno fare fece fecero fino fosse
        fossero fra fuori furono già gli ha hai hanno ho ieri il in infatti insieme invece io l la lei li loro lui
        ma mai mediante meno mentre mi mia mie mio molta molte molti molto ne né negli nei nell nelle nello nessun
        nessuna nessuno noi nostra nostre nostri nostro o od ogni oggi oltre oppure ora perciò però po poca pochi
        poco poi potrebbe poteva può possono presso prima proprio pure qualche qualcosa qualcuno quali quanta quasi
        quegli quei quella quelle quelli quello quest questa queste questi qui quindi sarà sarebbe saranno se
        sebbene secondo sei sempre senza si sia siamo siano sopra sotto sta stanno stata state stati stesso stessa
        stesse stessi su sua sue sugli sui sull sulle sullo suoi tale tali tanta tanti tanto te ti tra tramite
        troppo tu tua tue tuo tutta tutte tutti tutto uno va vi viene vengono venne vennero verso voi vostra vostro
        v è""",
    "pt": """acerca agora ainda alguma algumas alguns algum além ante antes ao aos apenas apesar após aquela aquelas
        aquele aqueles aquilo aqui assim até através bem cada chama chamado chamada com como contra contudo cuja
        cujas cujo cujos da dá daquela daquele de dela delas dele deles depois desde dessa desse desta deste devem
        deve devido disso disto do dum duma durante e ela elas ele eles embora enquanto então entre era eram essa
        essas esse esses esta estas este estes estava estavam estar está estão eu faz fazem fazer fez foi fora for
        fosse haver havia há houve isso isto já la lhe lhes lo logo mais mas me menos mesma mesmas mesmo mesmos meu
        meus minha minhas muita muitas muito muitos na nada nas nela nele nem nenhum nenhuma nessa nesse nesta neste
        ninguém no nos nossa nosso nossos nós num numa nunca o onde ou outra outras outro outros para pela pelas
        pelo pelos per perante pode podem poder podia pois por porquê porém pouca pouco poucos própria próprio pude
        qual qualquer quase que quê quem se seja sejam sem sempre sendo ser seria será serão seu seus si sido sob
        sobre sua suas só tal também tampouco te tem tinha tinham ter teve tiveram tive toda todas todavia todo
        todos tu tua tudo último um uma umas uns vai vão você vocês vos vós à às é""",
    "nl": """dit doch we aan aangezien achter af al alle alleen alles als altijd ander andere anders beide ben bent bij
        binnen boven buiten daar daarom daarna dan dat de deed doen doet dus een eens elk elke en enige enkele er
        ergens geen ge geweest had hadden haar hem hen hier hij hun iets ieder iedere iemand ik in is ja je jij jou
        jouw jullie kon konden kunt langs maar me meer men met mij mijn moest moesten moet moeten mogen mag na naast
        nadat nee niets nog nooit nu of ofschoon om omdat ons onder onze ook op over per reeds s sinds slechts
        sommige soms t te tegen ten ter terwijl tijdens toch toen tot totdat tussen u uw vaak vanaf vanuit veel
        verder via volgens voor vooral voordat waarin waarmee waarop waarvan waarvoor waardoor want wel welk werden
        wij wil willen worden wou zal ze zeer zelf zich zij zo zodat zoals zonder zou zouden zullen heet heten noemt
        noemde""",
    "ro": """alta alte abia aceasta acea aceea aceia acel acela acele acelea acelor acest acesta aceste acestei acestor
        acestora acestui acolo acum ai aia aici am ar are asta astfel asupra atât atunci această avea aveau avem
        avut ba bine când care căreia căruia cărora cât ce cea ceea cei celor celui chiar cine cineva ca că cam cum
        cumva dacă dar deci decât deja deoarece deși din dintr dintre doar după ea ei el ele eu face fără fi fie
        fiecare fiind fost foarte fostul fusese iar îi îl îmi împotriva în înainte înapoi încă încât îngă într între
        își îți la lângă le li lor lui mai mult multe mulți ne ni nici niciun nicio nimic niște noastră nostru noi o
        odată ori oricare pe pentru peste până poate pot prea prin printre putea putut sa său săi sale se și sub
        sunt tău tot toate toată toți totuși tu un una unde unele unii unor unora unul unuia vă va voi vom vor
        vostru vreo numește numit numită spre era erai este""",
    "tr": """acaba ama ancak artık asla aslında ayrıca az bana bazen bazı bazıları belki ben benim beri bile biri
        birkaç birçok biz bize bizim böyle böylece bu buna bunda bundan bunlar bunları bunların bunu bunun burada
        bütün çünkü da dahi de değildir dek diğer diğeri diye dolayı eğer en etti ettiği etmiştir eden edilen fakat
        gerek göre halen hangisidir hatta hem henüz hep hepsi her herhangi herkes hiç hiçbir için içinde ila ilgili
        iken ile ise işte kaçtır karşı karşın kendi kendine kendisi kez ki kimi kimin kimse kimler mıdır midir mudur
        müdür mıydı miydi muydu müydü nasıldır ne neden nedenle nelere neler nerede neredeyse nerelerde nerelidir
        niye o olarak oldukça olduğu olduğunu olması olmak olmayan olmaz olsa olup olur olursa ona ondan onlar
        onları onların onu onun orada oysa öyle pek rağmen sadece sanki siz sizin şey şu şuna şunlar tarafından tüm
        üzere üzerinde var vardır veya ya yani yapan yaptı yapılan yaptığı yerine yine yok yoksa zaten idi imiş""",
    "vi": """ấy bằng bên bởi các cái chỉ chính cho chứ chưa có còn cùng cũng đã đang đâu đây đấy để đó do được dù gì
        hãy hết họ hơn khác khi không kể là lại lên lúc mà mình mọi mỗi một này nào nên nếu ngay những nhưng như nơi
        nữa ở phải qua ra rằng rất rồi sao sau sẽ so sự tại theo thì thế trên trong trước tuy tới từ từng và vẫn vào
        về với vì việc vừa xuống tên gọi nhiêu bao mấy ai""",
    "pl": """aby ale albo ani aż bardzo bez będą będzie bo by być była były było bym byli ci cię ciebie czyj czyja
        czyje czym czemu dla do gdy gdyż go i ich im inne innych iż ja jakaś jakie jakiego jakiej jakimi jako jednak
        jego jej jemu jest jestem jeszcze jeśli jeżeli już każda każdy kiedyś kim komu która którą którego której
        którym których którymi którzy ku lecz lub ma mają mam mi mnie mną może można mogą mój moja my na nad nam
        nami nas nasz natomiast nazywa nazywał nazywała nią nic nich nim niej nie niż no o obok od ode oni ono oraz
        po pod podczas poza przed przede przez przy są sam siebie skąd sobą sobie swoje swój ta tak taki takie także
        tam te tego tej ten też tę to tobie trzeba tu tutaj twój twoja ty tych tylko tym u w we wam was wasz wiele
        wielu więc właśnie wszyscy wszystkie wszystko z za zaś ze został została zostało zostały że żeby""",
    "cs": """aby ani asi až bez bude budou by byla byli byly být či další dle do ho i jeho jej její jejich jemu jen
        jenž jestli ještě již jsem jsi jsme jste k kam každý když komu ku která kterého kteří kterou ma má mají máte
        mě mezi mi mimo mít mne mnoho mnou mohl mohou můj může my na nad nám námi nás náš nebo neboť nebyl nebyla
        než nic nich ním nimi o od on ona oni ono pak pod podle pokud pouze právě pro proto protože před přes při s
        sám se si sice svůj svou svých svým ta tak také takže tam tato té tedy tehdy ten tento těch této ti tím
        tímto to toho tohoto tom tomto tu tuto ty tyto u už v vám váš ve více vy však všechny z za zda ze že jmenuje
        jmenoval""",
    "sv": """all alla andra att av bara blev bli blir både de dem den denna deras dess dessa det detta dig din dina du
        då där därför eller er fick få får före för genom göra gör hade han hans hela henne hennes hon i in ingen
        inget inom ja jag kommer kunde man med mellan men mer mig min mina mot mycket må måste nej ni något någon
        några nu när och oss på samma sedan sig sin sina sitt ska skulle som så sådan sådana till under upp ut utan
        vad var vara varit varje vem vems vi vilka vår våra är åt över heter hette""",
    "da": """alle alt anden andet andre at bare begge blive bliver da de dem den denne der deres det dette dig din dine
        du efter eller end er et få får før for fra gennem gør ham han hans havde hende hendes her hos hun i ind
        ingen ja jeg jo kom kun kunne man mange med mellem men mere mig min mine mod må ned nej nogen noget nogle nu
        når og om op os over på selv sig sin sine sit skal skulle som så sådan til ud uden under var ville vil vi
        vor være været heder hed""",
    "no": """alle at av bare begge ble bli blir da de deg dem den denne der dere deres det dette din disse du eller en
        enn er et få får før for fra gjennom gjør ha ham han hans hadde henne hennes her hos hun i ikke ingen inn ja
        jeg kun kunne man med meg mellom men mer min mine mot må nå nei noe noen og om opp oss over på samme seg
        selv sin sine sitt skal skulle slik som så til under ut uten var vi vil ville vår være vært heter het""",
    "fi": """ei eivät ellei eli emme en enemmän ennen eräs että he heidän heille hän hänen hänet häntä ilman itse ja jo
        johon joiden joita joka jokin jolla jolle jonka jos jossa josta jota jotka jotta juuri kanssa keiden kenen
        kenelle ketkä koska kun kyllä me meidän mihin mikäli millainen millä minkä minne minun minä missä mitkä mm
        muiden muita muu muut myöhemmin mutta mukaan myös ne niiden niin niitä noin nyt näiden nämä olemme olen olet
        oli olisi olisivat olivat olla on ovat pitää se sekä sen sillä siinä siis sitä sitten tai te tämä tämän
        tässä tästä tätä vaan vai vaikka vain vielä voi voidaan voivat yli""",
    "hu": """abban addig ahol aki akik akkor alatt alá által általában amely amelyek amelyet ami amikor amit annak arra
        át azért azok azon azonban azt aztán azután bár be belül benne cikk csak de e ebben eddig egyik egyéb elő
        először előtt emberek ennek erre és ezek ezen ezért ezt fel felé ha hanem hiszen hívják hova igen illetve
        ilyen így is itt között kell keresztül kik kiknek kinek köszönhetően közül la le lehet lenne lesz lett maga
        más mellett mert milyenek míg minden mindig mivel most nagyon nak nála nekem neki néhány nélkül ő ők őket
        össze olyan ott rá s saját sem semmi számára szerint talán te tehát többi tovább ugyanis után van vannak
        vele volna való vagyis valamint""",
    "id": """ada adanya agar akan anda antara apabila apakah atas banyak bagi bahwa banyaknya beberapa begitu belum
        berada bisa bukan dapat demikian dia dimana disebut hanya harus hingga ia ialah ini itu jika juga kami kamu
        kapankah karena kemudian ketika kita lagi lain lalu maka manakah masih mereka merupakan mulai namun namanya
        nya oleh pernah pula pun saat saja sambil sampai sangat saya secara sedang sehingga sejak selain selama
        seluruh semua seperti serta setelah setiap siapakah sudah supaya tanpa tentang terhadap tersebut tetapi""",
    "ca": """això aquest aquesta aquests aquestes aquell aquella al als altra altres amb aquí així cada com d dalt
        doncs des després dins ell ella elles ells encara ens entre era eren és està estan estava et fa fins fou ha
        han hi ho i ja l la li llavors m mai mateix més meu molt molts n ne ni no nosaltres nostre o on pel pels
        però perquè poc poden pot s sa sense ser seu seus si sobre sóc són sota sou també tan tant te té tenen tot
        tota tots totes tu un una unes uns va van vas vaig vosaltres""",
    "hr": """ako ali bez bi biće bih bila bili bilo bio bismo bude budu čega čemu čiji čija da dakle dok em ga gdje i
        ih iako im ima imaju inače iznad ja jer jesu još kada kad kakav kakva kakvo kamo ko kojeg kojega kojih kojim
        koju kome koga kod kroz li manje me među mi mnogo mogu možda može mora na nad nakon nam nas naš ne neki neka
        nego nema ni nije niti no o od odakle oko on ona oni ono ovaj ova ovo pa po pod prema pri prije s sam samo
        se sebe si smo ste su sva sve svi svoj ta tada taj tako te ti to toga tome tu u uz vam vas već vi više za
        zato zbog""",
    "ru": """а без более больше будет будто будут бы был была были было быть в вам вас ваш ведь весь во вот все всего
        всех всё вы где да даже для до его ее её если есть еще ещё же за здесь и из или им имеет имеется имел имела
        имели ими иногда их к каждый как какая какие каким какими каких какого какое какой каком какому какую когда
        кого кое кому которая которого которое которой которому которую которые который которым которыми которых кто
        куда ли либо лишь между меня мне много можно мог могла могли могут может мой моя мы на над надо нам нас наш
        не него нее неё ней некоторые нельзя нем нему несколько нет ни нибудь ним ними них ничего но ну о об обо
        однако он она они оно от откуда отчего очень перед по под после потому почему почти при про с сам сами свое
        своего своей свои своих свой свою себе себя со так также такие такой там те тем теми то тобой тогда того
        тоже той только том тот тою ту тут ты у уж уже хотя чего чей чем через что чтоб чтобы чье чья эта эти этим
        этих это этого этой этом этому этот эту я является являются являлся являлась являлось называется называются
        называют назывался зовут сколько зачем нужно следует находится находятся""",
    "uk": """а або адже але без би бо був була були було бути в вам вас ваш весь вже ви від він вона вони воно все
        всі всіх всього де для до довго з за зі із й його йому її їм їх їхній і інші є ж за здається коли кого
        кому котра котрої котрий котре кожен кожний куди лише має мають може можна можуть мене мені ми між мій моя
        на над нас наш не нема немає нею ним них ніж ні нічого ну об однак от ось перед під по поки потім потрібно
        при про просто проте себе скільки саме свій своя своє свої та так така такі такий також там те теж ти тим
        тих то тоді того той тому треба тут у уже усі усе хоча хто це цей ці цих цього цьому цю ця чи чия чий чого
        чому через щоб що як яка яке який якого якому якої яким якими яких якій яку які якщо називається називають
        звідки навіщо після серед свого своїх буде будуть""",
    "he": """של את על עם אל אם או כי גם לא כן הוא היא הם הן אני אתה את אתם אתן אנחנו זה זו זאת אלה אלו כל כדי אבל אך
        רק עוד כבר מאוד יותר פחות בין לפני אחרי תחת מעל אצל בתוך מתוך לפי בגלל כמו כך כאן שם פה היה הייתה היו יהיה
        תהיה יהיו להיות יש אין לי לך לו לה לנו לכם להם שלי שלך שלו שלה שלנו שלכם שלהם אותו אותה אותם אותי אשר מה
        מי מתי איפה היכן לאן מאין למה מדוע איך כיצד כמה איזה איזו אילו מאיזו מאיזה האם מהו מהי מיהו מיהי צריך
        צריכה צריכים אפשר ניתן אומר אומרת פירוש קוראים נקרא נקראת""",
    "el": """α αλλά αλλα αν ανά αντί από απο απ αποτελεί αποτελούν αυτά αυτές αυτή αυτήν αυτής αυτό αυτοί αυτόν αυτός
        αυτού αυτούς αυτών αφού γι για γιατί δε δεν δηλαδή δια διότι δική δικό εάν εγώ εδώ είμαι είναι είχαν είχε
        εκεί εκείνη εκείνο εκείνος εμείς εμένα ένα έναν ένας ενός ενώ επειδή επί επίσης εσύ έτσι έχει έχετε έχουμε
        έχουν η ή ήδη ήταν θα ίδια ίδιο ίδιος ίσως κάθε καθώς και καθένα κάθως κάποια κάποιο κάποιοι κάποιος κάτι
        κατά κι κοντά λόγω μα μας μάλιστα με μέσα μέσω μετά μετα μεταξύ μέχρι μη μην μήπως μια μία μιας μου μπορεί
        μπορούν μπορούσε να ναι ο οι όλα όλες όλη όλο όλοι όλων όμως όπου όπως όσα όσο όσοι όσον όταν ότι οποία
        οποίας οποίες οποίο οποίοι οποίος οποίου οποίους οποίων όχι πάνω πια πιο ποια ποιά ποιας ποιες ποιο ποιό
        ποιοι ποιον ποιος ποιός ποιου ποιους ποιων πολλά πολλές πολλοί πολύ πόσα πόσες πόση πόσο πόσοι πόσος πόσους
        ποτέ πότε που πού πρέπει πριν προς πως πώς σ σαν σας σε στα στη στην στης στις στο στον στου στους συν συχνά
        τα τελικά τέτοια τη την της τι τί τις το τον τόσο τότε του τους των ως ώστε λέγεται λεγόταν ονομάζεται
        ονομάζονται ονομαζόταν υπάρχει υπάρχουν υπήρχαν υπήρχε""",
    "ar": """أ آن إذ إذا إلا إلى الآن الا التي الذي الذين اللاتي اللذان اللتان الى أم أما أمام ان أن إن أنا أنت أنه
        أنها إنه إنها أو اي أي أية أيضا أيضًا أين أيها ب بأن بسبب بعد بعض بل بما بن بها به بين بينما تكون تلك تم ثم
        حتى حول حين حيث حينما خلال دون ذات ذلك ذو رغم سوف عبر عدا على عليه عليها عما عن عند عندما عنه عنها غير ف فإن
        فقد فقط في فى فيه فيها قام قامت قبل قد كان كانت كانوا كل كلا كم كما كي كيف ل لا لأن لدى لديه لديها لذلك لقد
        لكن لكي لم لما لماذا لن له لها لهم لو ليس ليست ما ماذا مثل مذ متى مع معظم من منذ منه منها مما ممن مَن نحو
        نفس نعم ه ها هؤلاء هذا هذه هل هم هما هن هنا هناك هو هي و وأن وإن والتي والذي وفي وقد وكان وكانت ولا ولم ولكن
        وما ومن وهذا وهذه وهو وهي يا يتم يجب يكون يمكن يوجد توجد تسمى يسمى اسم بماذا بم لمن ممّ أيّ""",
    "hi": """अगर अपना अपनी अपने अब आदि आप इन इनका इनकी इनके इन्हें इस इसका इसकी इसके इसमें इसलिए इसी इसे उन उनका उनकी
        उनके उन्हें उन्होंने उस उसका उसकी उसके उसने उसमें उसी उसे एक और कई कब कर करता करते करना करने करती करें कहाँ
        कहां कहते कहा का कितना कितनी कितने किन किनके किस किसका किसकी किसके किसको किसने किसी किसे की कुछ के कैसा कैसी
        कैसे को कोई कौन कौनसा कौनसी कौनसे क्या क्यों गई गए गया चाहिए जब जहाँ जहां जा जाता जाती जाते जाना जाने जिन
        जिनका जिनके जिन्हें जिस जिसका जिसकी जिसके जिसने जिसमें जिसे जैसा जैसे जो तक तथा तब तरह तो था थी थीं थे
        द्वारा दिया दी दे न नहीं नाम ने पर परंतु पास पे फिर बहुत बारे बाद भी में मगर मैं यदि यह यहाँ यहां या ये रहा
        रही रहे लिए लेकिन व वह वहाँ वहां वाला वाली वाले वे वो सकता सकती सकते सब सभी सा साथ सी से ही हुआ हुई हुए है
        हैं हो होता होती होते होना होने हम किया गयी""",
}
_CONTENT: dict[str, str] = {
    "de": "laut machen", "es": "hizo", "fi": "vuonna paljon", "id": "tahun", "pl": "został", "ro": "l i",
    "tr": "zaman adı iki önce sonra", "vi": "năm người việc", "hu": "voltak",
}  # fmt: skip
"""Small words that tell a language, and still say something."""

_PIECES: dict[str, str] = {
    "zh": """什么 什麼 哪些 哪里 哪裡 哪个 哪個 哪年 哪位 哪一 哪 谁 誰 吗 嗎 呢 多少 几个 幾個 如何 怎么
        怎麼 怎样 怎樣 为什么 為什麼 为何 何时 何時 何处 是否 的 了 是 在 被 与 與 这 這 它 他 她 们 們 个
        個 因为 因為 所以 叫做 称为 稱為""",
    "ja": """とは ですか ますか でしたか ましたか です ます でした ました どこ だれ 誰 いつ なに 何 どの
        どれ どう なぜ どのように いくつ いくら か？ か? は が を に の で と も へ から まで より や する
        した して いる いた ある あった という について における""",
    "ko": """무엇 누구 어디 언제 얼마나 얼마 어떻게 어떤 어느 입니까 인가요 인가 습니까 했나요 하나요 이란""",
    "th": """เมื่อไหร่ เมื่อไร เมื่อใด เท่าไหร่ เท่าไร เท่าใด ที่ไหน ที่ใด อะไร ใคร ไหน อย่างไร ยังไง ทำไม
        เพราะเหตุใด ใช่หรือไม่ หรือไม่ กี่ ของ ที่ คือ และ หรือ ซึ่ง จาก โดย เป็น ให้ ได้ ว่า ถูก ด้วย เมื่อ
        ไม่ นี้ นั้น ใด""",
}


@cache
def function_words(lang: str) -> frozenset[str]:
    """Of a language by its ISO 639-1 code; none of English, whose stop words are everybody's, and of unknown ones."""
    if lang == "en":
        return frozenset()
    return (small_words(lang) | frozenset(_MORE.get(lang, "").split())) - frozenset(_CONTENT.get(lang, "").split())


@cache
def function_pieces(lang: str) -> re.Pattern[str] | None:
    """What holds a sentence together in a language that is written without blanks, the longest first."""
    pieces = sorted(_PIECES.get(lang, "").split(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, pieces))) if pieces else None
