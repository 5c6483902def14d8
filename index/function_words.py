"""Words that carry grammar and no subject, in the six languages of the questions.

Articles, prepositions, pronouns, conjunctions, auxiliaries and interrogatives only: the lists of
the packages at hand count «state», «world» and «member» among English stop words, and none of them
knows Azerbaijani. In a corpus of few documents, rarity cannot tell these words from the others.
"""

from __future__ import annotations

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "fr": """
        a à ai aient ait as au aucun aucune auquel aura aussi autre autres aux auxquels avait avant
        avec avez avoir avons ayant c ce ceci cela celle celles celui ces cet cette ceux chaque chez
        comme comment combien contre d dans de depuis des dont donc du duquel elle elles en encore
        entre es est et étaient était étant été être eu eux fait faire fois font furent fut il ils j
        je jusqu l la laquelle le lequel les lesquels leur leurs lors lorsque lorsqu lui m ma mais
        me même mes mis moi mon n ne ni nos notre nous on ont or où ou par parmi pas pendant peu
        peut plus pour pourquoi puis puisque qu quand que quel quelle quelles quels qui quoi s sa
        sans se selon sera ses si soit son sont sous sur t ta te tel telle tes toi ton tous tout
        toute toutes très tu un une va vers via voici vos votre vous y
        """,
        "en": """
        a about after again against all also am among an and any are as at be because been before
        being between both but by can could did do does doing done during each either else few for
        from had has have having he her here hers him his how i if in into is it its itself just
        let may me might more most much must my no nor not of off on once one only or other our out
        over own per s same shall she should since so some such than that the their them then there
        these they this those though through to too toward towards under until up upon us very was
        we were what when where whether which while who whom whose why will with within without
        would you your
        """,
        "ar": """
        من ما ماذا متى أين كيف كم هل هو هي هم هما هن أنا نحن أنت في على إلى عن مع بين بعد قبل عند
        لدى منذ حتى خلال حول ضد دون هذا هذه ذلك تلك هؤلاء الذي التي الذين اللذان اللتان أن إن أنه
        إنه كان كانت يكون تكون لا لم لن ليس ليست قد لقد و ف ب ل ك أو أم ثم بل لكن إذا كل بعض غير أي
        أية بأي لأي عما مما فيما لماذا به بها له لها لهم منه منها فيه فيها عليه عليها إليه إليها عنه
        """,
        "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да для до
        его ее её если есть еще ещё же за здесь и из или им их к как какая какие какими какими каких
        какого какое какой каком какому какую ко когда кого ком кому которая которого которое
        которой которые который которых кто куда ли либо между меня мне можно мой мы на над нам нас
        не него нее неё ней нет ни них но о об обо однако он она они оно от откуда перед по под
        после потому почему при про с сам свое свои своих свой себя сколько со так также такой там
        то тоже того той только том тот тут ты у уже чего чей чем через что чтобы эта эти этих это
        этого этой этом этот я
        """,
        "az": """
        ad amma artıq ancaq arasında ardınca artiq bu bir biri bəs bəzi belə da daha də deyil edib
        ədib əgər əsas üçün ilə idi imiş isə istər ki kim kimdir kimə kimi kimin kimlə hansı
        hansılar hansıdır hara harada haradan haraya haqqında hər həm həmin hələ necə nə nədən nədir
        nəyi nəyə niyə neçə o olan olaraq olar oldu olub olur olacaq on ona onlar onun onu onunla öz
        özü qədər sonra əvvəl siz sən biz mən və və ya ya yalnız yox zaman edilib etdi edir barədə
        """,
        "tr": """
        acaba ama ancak arasında artık az bana bazı ben beni benim bir biri biz bu buna bunda bundan
        bunu bunun çok çünkü da daha de değil diye dolayı en gibi göre hangi hangisi hani hem hep
        her için içinde ile ise kaç kadar kez ki kim kime kimin kimle kimi kimdir mı mi mu mü nasıl
        ne neden nedir nere nerede nereden nereye niçin niye o olan olarak oldu olduğu olup olur ona
        onlar onu onun öyle sana sen siz sonra önce şey şu tarafından tüm üzere ve veya ya yani yok
        zaman
        """,
    }.items()
}
