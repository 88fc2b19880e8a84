"""What the gates mean and what helps, in the languages of those who read it. Pure texts.

`gates` says exactly what was seen and needed, for machines and files; these sentences say it to people. The wording of
H10 is deliberate: a safeguard limits what a partnership recruits, and is no ban of persons.
"""

LANGUAGES = ("en", "fr", "nl", "ar", "es")

# Code -> language -> what is not met, what helps.
_GATES: dict[str, dict[str, tuple[str, str]]] = {
    "H01": {
        "en": ("Consent to this kind of matching is missing.", "Give or renew the consent."),
        "fr": ("Le consentement à cette mise en relation manque.", "Donner ou renouveler le consentement."),
        "nl": ("De toestemming voor deze bemiddeling ontbreekt.", "Geef of vernieuw de toestemming."),
        "ar": ("الموافقة على هذه المطابقة غير موجودة.", "امنح الموافقة أو جدّدها."),
        "es": ("Falta el consentimiento para esta búsqueda.", "Dé o renueve el consentimiento."),
    },
    "H02": {
        "en": ("The dates do not meet.", "Agree on other dates."),
        "fr": ("Les dates ne coïncident pas.", "Convenir d'autres dates."),
        "nl": ("De data passen niet bij elkaar.", "Spreek andere data af."),
        "ar": ("المواعيد غير متوافقة.", "اتفق على مواعيد أخرى."),
        "es": ("Las fechas no coinciden.", "Acuerde otras fechas."),
    },
    "H03": {
        "en": ("The legal age for this job is not met.", "Look at other jobs, or wait until the age is reached."),
        "fr": ("L'âge légal pour cet emploi n'est pas respecté.", "Voir d'autres emplois, ou attendre l'âge requis."),
        "nl": ("De wettelijke leeftijd voor deze baan klopt niet.", "Bekijk andere banen of wacht tot de leeftijd."),
        "ar": ("لم يُستوفَ السن القانوني لهذا العمل.", "ابحث عن وظائف أخرى أو انتظر بلوغ السن."),
        "es": ("No se cumple la edad legal para este empleo.", "Busque otros empleos o espere a tener la edad."),
    },
    "H04": {
        "en": ("No legal pathway is open on the first day.", "Take another pathway or corridor, or a job at home."),
        "fr": ("Aucune voie légale n'est ouverte au premier jour.", "Choisir une autre voie, ou un emploi au pays."),
        "nl": ("Op de eerste dag staat geen legale weg open.", "Kies een andere weg, of een baan in eigen land."),
        "ar": ("لا يوجد مسار قانوني مفتوح في اليوم الأول.", "اختر مسارًا آخر أو عملًا في بلدك."),
        "es": ("No hay vía legal abierta el primer día.", "Elija otra vía, o un empleo en su país."),
    },
    "H05": {
        "en": ("The wage is below its floor.", "The employer must raise the wage."),
        "fr": ("Le salaire est inférieur au plancher.", "L'employeur doit relever le salaire."),
        "nl": ("Het loon ligt onder de ondergrens.", "De werkgever moet het loon verhogen."),
        "ar": ("الأجر أقل من الحد الأدنى.", "على صاحب العمل رفع الأجر."),
        "es": ("El salario está por debajo del mínimo.", "El empleador debe subir el salario."),
    },
    "H06": {
        "en": ("The profession is regulated and the qualification not recognised in time.", "Start the recognition."),
        "fr": ("La profession est réglementée et le titre pas reconnu à temps.", "Engager la reconnaissance du titre."),
        "nl": ("Het beroep is gereglementeerd en het diploma niet op tijd erkend.", "Begin met de erkenning."),
        "ar": ("المهنة منظَّمة والمؤهل غير معترف به في الوقت المناسب.", "ابدأ إجراءات الاعتراف."),
        "es": ("La profesión está regulada y el título no reconocido a tiempo.", "Inicie el reconocimiento."),
    },
    "H07": {
        "en": ("The language level asked is not reached.", "Take a language course."),
        "fr": ("Le niveau de langue demandé n'est pas atteint.", "Suivre un cours de langue."),
        "nl": ("Het gevraagde taalniveau is niet bereikt.", "Volg een taalcursus."),
        "ar": ("لم يُبلَغ مستوى اللغة المطلوب.", "التحق بدورة لغة."),
        "es": ("No se alcanza el nivel de idioma pedido.", "Siga un curso de idioma."),
    },
    "H08": {
        "en": ("Too few of the essential skills are there.", "Learn the missing skills in a course."),
        "fr": ("Trop peu des compétences essentielles sont présentes.", "Acquérir celles qui manquent dans un cours."),
        "nl": ("Te weinig van de essentiële vaardigheden zijn er.", "Leer wat ontbreekt in een cursus."),
        "ar": ("المهارات الأساسية المتوفرة قليلة جدًا.", "تعلَّم المهارات الناقصة في دورة."),
        "es": ("Hay muy pocas de las competencias esenciales.", "Aprenda las que faltan en un curso."),
    },
    "H09": {
        "en": ("No place is left.", "Join the waiting list."),
        "fr": ("Il ne reste plus de place.", "S'inscrire sur la liste d'attente."),
        "nl": ("Er is geen plaats meer.", "Zet u op de wachtlijst."),
        "ar": ("لم تبقَ أماكن.", "سجّل في قائمة الانتظار."),
        "es": ("No queda ninguna plaza.", "Apúntese a la lista de espera."),
    },
    "H10": {
        "en": (
            "The country of origin protects this occupation, so the partnership may not recruit for it as it stands.",
            "Train with the partnership, or take a job at home. You may always apply on your own.",
        ),
        "fr": (
            "Le pays d'origine protège ce métier : le partenariat ne peut pas recruter en l'état.",
            "Se former avec le partenariat, ou un emploi au pays. Vous pouvez toujours postuler par vous-même.",
        ),
        "nl": (
            "Het land van herkomst beschermt dit beroep: het partnerschap mag zo niet werven.",
            "Volg een opleiding van het partnerschap, of een baan in eigen land. Zelf solliciteren mag altijd.",
        ),
        "ar": (
            "بلد المنشأ يحمي هذه المهنة، لذلك لا يجوز للشراكة التوظيف فيها بهذا الوضع.",
            "تدرَّب مع الشراكة أو اختر عملًا في بلدك. يحق لك دائمًا التقدّم بنفسك.",
        ),
        "es": (
            "El país de origen protege esta profesión: la asociación no puede contratar así.",
            "Fórmese con la asociación, o un empleo en su país. Siempre puede presentarse por su cuenta.",
        ),
    },
    "H11": {
        "en": ("The employer is not cleared at present.", "Look at other employers."),
        "fr": ("L'employeur n'est pas admis actuellement.", "Voir d'autres employeurs."),
        "nl": ("De werkgever is nu niet toegelaten.", "Bekijk andere werkgevers."),
        "ar": ("صاحب العمل غير معتمد حاليًا.", "ابحث عن أصحاب عمل آخرين."),
        "es": ("El empleador no está admitido ahora.", "Busque otros empleadores."),
    },
    "H12": {
        "en": (
            "It is not sure that the worker pays nothing.",
            "Use a licensed recruiter whom employers pay.",
        ),
        "fr": (
            "La gratuité pour le travailleur n'est pas assurée.",
            "Choisir un recruteur agréé que l'employeur paie.",
        ),
        "nl": (
            "Niet zeker is dat de werknemer niets betaalt.",
            "Kies een erkende bemiddelaar, betaald door de werkgever.",
        ),
        "ar": ("ليس مؤكدًا أن العامل لا يدفع شيئًا.", "استعن بوكيل مرخَّص يدفع له صاحب العمل."),
        "es": (
            "No es seguro que sea gratis para el trabajador.",
            "Use un intermediario autorizado que pague la empresa.",
        ),
    },
    "H13": {
        "en": ("It is outside the person's own limits.", "Only the person may change them."),
        "fr": ("C'est hors des limites fixées par la personne.", "Elle seule peut les changer."),
        "nl": ("Het valt buiten de eigen grenzen van de persoon.", "Alleen die persoon mag ze wijzigen."),
        "ar": ("يتجاوز الحدود التي وضعها الشخص لنفسه.", "هو وحده من يغيّرها."),
        "es": ("Está fuera de los límites de la persona.", "Solo ella puede cambiarlos."),
    },
    "H14": {
        "en": ("It lies on the track that was not chosen.", "Choose the other track."),
        "fr": ("C'est dans la filière qui n'a pas été choisie.", "Choisir l'autre filière."),
        "nl": ("Het ligt in het traject dat niet is gekozen.", "Kies het andere traject."),
        "ar": ("يقع في المسار الذي لم يُختَر.", "اختر المسار الآخر."),
        "es": ("Está en la vía que no se eligió.", "Elija la otra vía."),
    },
    "NO_OPENING_OFFERED": {
        "en": ("No open vacancy is offered here.", "Ask employers to offer vacancies, or look at the other track."),
        "fr": ("Aucun poste ouvert n'est proposé ici.", "Demander des postes aux employeurs, ou voir l'autre filière."),
        "nl": (
            "Hier wordt geen open vacature aangeboden.",
            "Vraag werkgevers om vacatures, of kies het andere traject.",
        ),
        "ar": ("لا توجد وظيفة شاغرة معروضة هنا.", "اطلب من أصحاب العمل عرض وظائف أو انظر إلى المسار الآخر."),
        "es": ("Aquí no se ofrece ninguna vacante.", "Pida vacantes a los empleadores, o mire la otra vía."),
    },
}

_LIGHTS: dict[str, dict[str, str]] = {
    "GREEN": {
        "en": "There is work that fits as things stand.",
        "fr": "Il y a des emplois qui conviennent dès maintenant.",
        "nl": "Er is nu al werk dat past.",
        "ar": "هناك عمل مناسب في الوضع الحالي.",
        "es": "Hay empleos que encajan tal como está.",
    },
    "YELLOW": {
        "en": "Nothing fits yet, but training, language or dates could change that.",
        "fr": "Rien ne convient encore, mais une formation, une langue ou des dates peuvent y remédier.",
        "nl": "Nog niets past, maar opleiding, taal of data kunnen dat veranderen.",
        "ar": "لا شيء مناسب بعد، لكن التدريب أو اللغة أو المواعيد قد تغيّر ذلك.",
        "es": "Aún no encaja nada, pero formación, idioma o fechas pueden cambiarlo.",
    },
    "RED": {
        "en": "Nothing fits at present, and what stands in the way cannot be learnt.",
        "fr": "Rien ne convient actuellement, et l'obstacle ne se lève pas par une formation.",
        "nl": "Op dit moment past niets, en wat in de weg staat is niet te leren.",
        "ar": "لا شيء مناسب حاليًا، والعائق لا يزول بالتعلّم.",
        "es": "Ahora no encaja nada, y el obstáculo no se resuelve estudiando.",
    },
}


def of_gate(code: str, language: str) -> tuple[str, str] | None:
    """What it means that the gate is not passed, and what helps; None for a code without words."""
    texts = _GATES.get(code)
    return (texts.get(language) or texts["en"]) if texts else None


def of_light(light: str, language: str) -> str:
    """What a traffic light says."""
    return _LIGHTS[light].get(language) or _LIGHTS[light]["en"]
