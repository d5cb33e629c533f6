"""What the synthetic callers say, in the two languages."""

SENTENCES = {
    "en": (
        "Welcome to the service desk, what can I do for you this morning?",
        "The parcel you ordered left our warehouse on Friday evening.",
        "Would you read me the last four digits of your account?",
        "My washing machine stopped in the middle of the programme.",
        "That sounds unpleasant, I will arrange a repair for tomorrow.",
        "I have waited for two weeks and nobody called me back.",
        "Please hold the line while I look at your contract.",
        "Yes, the blue one with the wide handle, thank you.",
        "The difference will be returned to your bank within five days.",
        "All right, then I know enough, have a good weekend.",
    ),
    "nl": (
        "Welkom bij de klantenservice, wat kan ik vanochtend voor u betekenen?",
        "Het pakket dat u heeft besteld is vrijdagavond bij ons vertrokken.",
        "Wilt u de laatste vier cijfers van uw rekening voorlezen?",
        "Mijn wasmachine stopte midden in het programma.",
        "Dat klinkt vervelend, ik regel morgen een reparatie voor u.",
        "Ik wacht al twee weken en niemand heeft mij teruggebeld.",
        "Blijft u even aan de lijn, dan bekijk ik uw contract.",
        "Ja, die blauwe met de brede handgreep, dank u.",
        "Het verschil staat binnen vijf dagen weer op uw bankrekening.",
        "Goed, dan weet ik genoeg, een prettig weekend gewenst.",
    ),
}
