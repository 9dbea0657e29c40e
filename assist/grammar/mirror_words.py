"""Words by what they are worth when they are said back as a question."""

SENSING = frozenset("be look seem feel sound get become".split())
ASKING = frozenset(
    "what how when where who which why do does did can could would will is are have has am shall should may".split()
)
BLAND = frozenset(
    # Said back as a question these tell nothing, or mock.
    "fourth fifth sixth seventh eighth ninth tenth marvellous good great fine okay ok alright right true sure "
    "nice cool perfect happy glad sorry welcome ready able available free "
    "busy due same other new next last first second third own such much many more most few little big small whole "
    "different certain possible likely interested interesting clear correct exact there here out in up based able "
    "long short old young high low early late full open close single double full main real gonna going bad better best "
    "worse worst alone else only enough less least half quite too very really pretty bit "
    "depending including according regarding patient "
    "probably possibly maybe exactly definitely actually already again anymore though soon wrong unlikely impossible "
    "responsible aware honest serious used supposed allowed done normal usual typical funny fair obvious necessary "
    "important common similar separate several sharp goodbye comfortable simple easy independent live past present "
    "compatible compliant reliable secure fresh calm smart confident useful helpful clean flat "
    "blunt frank straight broke mad crazy insane daft foolish stupid silly mental nuts".split()
)
LOADED = frozenset(
    # Nouns that by themselves say how it is for them; "it's a shop" says what it is.
    "nightmare mess joke chaos disaster pain headache burden gamble saga minefield hassle politics circus "
    "shambles farce mystery lottery maze trap struggle battle fight war ordeal mistake failure waste shock stretch "
    "risk threat scandal embarrassment jungle swamp zoo racket lie scam treadmill crisis panic pressure".split()
)
TELLING = frozenset("only same different other wrong bad last first".split())
"""Before a noun these are the point, and the noun without them is not: "the same old story"."""
BECAUSE = frozenset("because cause since".split())
SINCE = BECAUSE | {"if", "unless"}
BODY = frozenset("eye head heart mind hand blood stomach brain jaw skin ear leg knee".split())
GRAVE = frozenset(
    # Said back as a question these hurt, or startle.
    "dead died die dies dying death ashes coffin corpse cancer tumour tumor funeral grave graves suicide stroke "
    "dementia miscarriage divorce widow widowed passed shot kill kills killed lynched hanged".split()
)
HOW_MUCH = frozenset("too more extra".split())
"""Without these before it the word would tell the half of it: "more work" """
PRAISE = frozenset(
    # Courtesies, and often not meant: what comes after them is what the turn is about.
    "grand lovely wonderful brilliant fantastic beautiful great nice good fine decent amazing excellent super".split()
)
LIGHT_VERBS = frozenset(
    "be have do go get make take give come say tell think know see look want need like let mean try use put keep "
    "call send talk "
    "speak hear work start begin stop happen seem feel sound guess suppose hope thank appreciate catch grab open check "
    "meet find show ask pay buy sell leave live stay run move turn bring set read write sign join write pick love "
    "should could would can will may might must become add follow stand understand reckon wonder believe remember "
    "touch notice mind bet sit wait hang hold pull lie eat sweat spin wake forget".split()
)
OPINING = frozenset("think believe say suppose reckon guess expect feel care mind matter".split())
"""Verbs whose own denial denies what hangs on them: "I don't think it's risky"."""
DREADED = frozenset("afford risk survive want stand handle".split())
PEOPLE = frozenset(
    "customers clients folks kids children wife husband boss friend name person engineers nurses drivers".split()
)
