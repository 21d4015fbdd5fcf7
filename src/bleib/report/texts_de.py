"""The texts in German."""

from __future__ import annotations

DE: dict[str, str] = {
    "list_title": "Abwanderungsgefährdete Kunden",
    "as_of": "Stand {day}",
    "customers_listed": "{n} Kunden",
    "customer_listed": "1 Kunde",
    "nobody": "Niemand steht auf dieser Liste: Es gibt keinen Kunden, der zu kontaktieren wäre, oder keinen, der "
    "kontaktiert werden darf.",
    "how_to_read": "So ist diese Liste zu lesen",
    "meaning": "Eine Wahrscheinlichkeit von 30\u202f% heißt: Von zehn solchen Kunden werden etwa drei zwischen "
    "dem {start} und dem "
    "{end} {leave}.",
    "leave_contract": "kündigen oder ihren Vertrag enden lassen",
    "leave_silence": "ohne {kinds} bleiben",
    "leave_silence_any": "gar nicht aktiv sein",
    "expected": "Stimmen die Wahrscheinlichkeiten, trifft das auf etwa {leaving} der {n} Kunden auf dieser Liste zu.",
    "expected_few": "Stimmen die Wahrscheinlichkeiten, trifft das auf kaum einen der {n} Kunden auf dieser Liste zu.",
    "quality_list": "Wie gut sind sie? In einem Test an späteren Stichtagen, mit denen das Modell nicht "
    "trainiert wurde, gingen von 100 Kunden auf Listen der {n} mit der höchsten Wahrscheinlichkeit tatsächlich "
    "{ours}. Mit der einfachen Regel, die dabei am besten abschneidet („{name}“), wären es {rule} gewesen.",
    "quality_by_value": "Diese Liste geht auch nach dem Wert: Von 100 auf Listen der {n} mit dem höchsten gefährdeten "
    "Wert gingen {left}.",
    "quality_base": "Von 100 zufällig gewählten Kunden gingen {base}.",
    "order_meaning": "Oben steht, wo ein Kontakt am meisten bringen dürfte. Sein erwarteter Nettowert ist die Aussicht "
    "auf Erfolg × der gefährdete Wert − die Kosten; der gefährdete Wert ist die Wahrscheinlichkeit × die Marge, die in "
    "{days} Tagen zu erwarten ist.",
    "order_negative": "Wo er negativ ist, kostet der Kontakt mehr, als er bringen dürfte.",
    "order_value": "Oben steht der größte gefährdete Wert: die Wahrscheinlichkeit × die Marge, die in {days} Tagen zu "
    "erwarten ist.",
    "order_probability": "Oben stehen die Kunden, die am wahrscheinlichsten gehen.",
    "failed_title": "Dieses Modell hat die Prüfung nicht bestanden – bitte nicht nach seiner Liste handeln",
    "failed_text": "An späteren Stichtagen war es nicht sicher besser als die einfache Regel „{name}“ "
    "oder nicht besser als der Zufall, oder was es gelernt hat, hielt nicht über die Zeit, oder es ist zu gut, um "
    "wahr zu sein. Seine Wahrscheinlichkeiten und Gründe können in die Irre führen.",
    "open_title": "Noch ist nichts bewiesen",
    "open_text": "Kein Ergebnis steht früh genug fest, um damit ein Modell zu trainieren und zu prüfen. Die "
    "Wahrscheinlichkeiten und Gründe stammen allein aus dem eigenen Rhythmus jedes Kunden. Reichen die Daten bis zum "
    "{day}, wird ein Modell trainiert und geprüft.",
    "small_leavers": "Noch lässt sich wenig sagen: An den Stichtagen, aus denen gelernt wurde, gingen nur {n} "
    "Kunden. Bei so wenigen wird ein einfaches Modell angepasst und kein anderes erprobt; die Zahlen unten gelten "
    "nur in ihren weiten Grenzen.",
    "small_no_folds": "Es wurden keine Modelle an früheren Stichtagen verglichen. Es ist deshalb von der Art, "
    "die ohne einen solchen Nachweis genommen wird, und seine Wahrscheinlichkeiten sind nicht korrigiert.",
    "small_one_fold": "Es gab nur einen früheren Stichtag, an dem das Modell ausgewählt werden konnte; die Wahl "
    "ist deshalb weniger sicher.",
    "small_folds": "Es gab nur {n} frühere Stichtage, an denen das Modell ausgewählt werden konnte; die Wahl ist "
    "deshalb weniger sicher.",
    "tested_on_none": "Noch konnte nichts geprüft werden.",
    "passed_title": "Das Modell hat die Prüfung bestanden",
    "passed_text": "An späteren Stichtagen ordnete es die Kunden sicher besser als die einfache Regel „{name}“ "
    "(nach AUROC).",
    "search": "Suche",
    "search_hint": "Name, Nummer, Grund …",
    "all": "alle",
    "reset": "Zurücksetzen",
    "shown": "{shown} von {total} angezeigt",
    "nothing_found": "Kein Kunde passt. Bitte Suche oder Filter ändern.",
    "sort_by": "Sortieren nach",
    "col_rank": "Rang",
    "col_customer": "Kunde",
    "col_customer_id": "Kundennummer",
    "col_probability": "Wahrscheinlichkeit",
    "col_value": "Gefährdeter Wert",
    "col_reasons": "Gründe",
    "col_reason": "Grund {k}",
    "col_play": "Was zu tun ist",
    "col_due": "Bis",
    "col_tier": "Betreuung",
    "col_segment": "Segment",
    "col_net": "Erwarteter Nettowert",
    "col_as_of": "Stichtag",
    "col_model": "Modellstand",
    "costs_more": "Kostet mehr, als es bringen dürfte",
    "no_reason": "kein einzelner klarer Grund",
    "model_version": "Modell {version}",
    "made_with": "Erstellt mit bleib",
    "sheet_list": "Liste",
    "sheet_read_me": "Hinweise",
    "column": "Spalte",
    "explained": "Bedeutung",
    "about_rank": "1 ist am dringendsten.",
    "about_customer": "Name aus der Kundentabelle; die Nummer, wo keiner bekannt ist.",
    "about_customer_id": "Die Kundennummer als Text: Führende Nullen und lange Nummern bleiben erhalten.",
    "about_probability": "Wahrscheinlichkeit, dass der Kunde zwischen dem {start} und dem {end} geht.",
    "about_value": "Wahrscheinlichkeit × die in {days} Tagen zu erwartende Marge, in {currency}.",
    "about_reason": "Was für ein Weggehen spricht, das Stärkste zuerst, mit den eigenen Zahlen des Kunden.",
    "about_play": "Was das Team gegen einen der Gründe tun kann: die Maßnahme, die am meisten bringen sollte.",
    "about_due": "Bis wann.",
    "about_tier": "Wer den Kunden betreut.",
    "about_segment": "Das Kundensegment des Unternehmens.",
    "about_net": "Aussicht auf Erfolg des Kontakts × gefährdeter Wert − Kosten, in {currency}. Negativ: Der Kontakt "
    "kostet mehr, als er bringen dürfte.",
    "about_as_of": "Der Tag, zu dem die Liste erstellt wurde; später Bekanntgewordenes ist nicht enthalten.",
    "about_model": "Welches Modell die Liste gemacht hat.",
    "page_of": "Seite &P von &N",
    "report_title": "Abwanderungsbericht",
    "contents": "Inhalt",
    "section_quality": "Wie gut das Modell ist",
    "section_reasons": "Was das Risiko bewegt",
    "section_figures": "Kennzahlen",
    "section_data": "Die Daten",
    "section_definitions": "Definitionen",
    "tested_on": "Geprüft an {n} Fällen von {customers} Kunden am {dates}. Trainiert wurde das Modell nur an früheren "
    "Stichtagen, deren Ausgang vor dem ersten von diesen feststand; die Kunden können dieselben sein. "
    "{churned} Fälle ({base}) von {leavers} Kunden endeten damit, dass der Kunde ging.",
    "fact_gain": "Gewinn an AUROC gegenüber der Regel „{name}“: {figure}.",
    "fact_auroc": "AUROC: {figure} (0,5 ist Zufall, 1 ist vollkommen).",
    "fault_gain": "Es schlägt die einfache Regel nicht sicher: Der Gewinn an AUROC ist {figure}; der ganze Bereich "
    "muss über {least} liegen.",
    "fault_auroc": "Es ist vom Zufall nicht zu unterscheiden: Die AUROC ist {figure}, und 0,5 ist Zufall.",
    "fault_unstable": "Es ist instabil: An den Stichtagen, an denen es ausgewählt und geprüft wurde, liegt die AUROC "
    "teils unter 0,5, teils darüber (in zeitlicher Folge: {figures}).",
    "fault_folds": "An den früheren Stichtagen, an denen es ausgewählt wurde, ist es vom Zufall nicht zu "
    "unterscheiden: Die AUROC ist dort {figure}.",
    "fault_leak": "Es ist zu gut, um wahr zu sein: Die AUROC ist {figure}. Vermutlich verrät ein Merkmal, was erst "
    "eingetragen wurde, als die Kunden gegangen waren.",
    "tile_precision": "gingen tatsächlich, von denen auf diesen Listen",
    "tile_recall": "aller Gegangenen standen auf diesen Listen",
    "tile_lift": "so viele Gehende wie auf einer zufälligen Liste",
    "tile_auroc": "AUROC",
    "interval": "95-%-Intervall {low} bis {high}",
    "comparison": "Im Vergleich mit einfachen Regeln",
    "comparison_note": "Alle Zahlen an denselben späteren Stichtagen; in Klammern das 95-%-Intervall über neu "
    "gezogene Kunden. Der "
    "beste Wert jeder Zeile ist fett. Regeln, die nur ordnen, haben keine Wahrscheinlichkeiten.",
    "metric": "Maß",
    "metric_precision": "Gegangen, von denen auf der Liste (Precision)",
    "metric_recall": "Auf der Liste, von den Gegangenen (Recall)",
    "metric_lift": "Lift gegenüber einer Zufallsliste",
    "metric_average_precision": "Average Precision",
    "metric_auroc": "AUROC",
    "metric_auroc_gain": "AUROC minus die der Regel",
    "metric_auroc_over_rest": "AUROC minus die der übrigen",
    "metric_log_loss": "Log Loss (kleiner ist besser)",
    "metric_brier": "Brier-Wert (kleiner ist besser)",
    "metric_calibration_slope": "Kalibrierung: Steigung (1 ist richtig)",
    "metric_calibration_intercept": "Kalibrierung: Achsenabschnitt (0 ist richtig)",
    "metric_observed_expected": "Beobachtet ÷ erwartet (1 ist richtig)",
    "metric_base_rate": "Gegangen",
    "model_bleib": "bleib",
    "model_recency": "Am längsten still zuerst",
    "model_renewal": "Nächste Verlängerung zuerst",
    "model_rfm_logistic": "RFM-Logit-Regression",
    "model_bg_nbd": "BG/NBD",
    "segment": "Segment",
    "snapshots": "Fälle",
    "by_segment": "Segment",
    "by_region": "Region",
    "by_tenure": "Kunde seit",
    "by_activity": "Ereignisse je 30 Tage",
    "by_value": "Erwartete Marge",
    "unit_tenure": "Tagen",
    "span_under": "unter {end}",
    "span_between": "{start} bis unter {end}",
    "span_over": "ab {start}",
    "group": "Gruppe",
    "date": "Stichtag",
    "ranking": "Reihenfolge",
    "left_on_list": "Gegangen, von den {n} von bleib",
    "left_on_rules_list": "Gegangen, von den {n} der Regel",
    "auroc_of_rule": "AUROC der Regel",
    "question_rule": "Schlägt es die einfache Regel? Wie viele auf einer Liste mit {n} gingen tatsächlich?",
    "answer_rule": "Für jeden Prüfstichtag wurde eine Liste der {n} Kunden mit der höchsten Wahrscheinlichkeit "
    "aufgestellt. Von 100 Kunden auf diesen Listen gingen tatsächlich {ours}. Mit der einfachen "
    "Regel, die dabei am besten abschneidet („{name}“), wären es {rule} von 100 gewesen, bei zufälliger Auswahl "
    "{base}.",
    "answer_rule_order": "Die Liste, mit der gearbeitet wird, ist danach geordnet, was ein Kontakt bringen dürfte. Wie "
    "viele auf Listen nach gefährdetem Wert gehen, steht unter „{money}“.",
    "question_belief": "Kann ich „30\u202f%“ glauben?",
    "answer_belief_far": "Kein geprüfter Kunde hatte eine Wahrscheinlichkeit nahe 30\u202f% (sie lagen zwischen "
    "{lowest} und {highest}); über „30\u202f%“ selbst sagt die Prüfung also nichts.",
    "answer_belief": "Die geprüften Kunden wurden nach ihrer Wahrscheinlichkeit in zehn gleich große Gruppen "
    "geteilt. Die Gruppe, die 30\u202f% am nächsten kommt, hatte Wahrscheinlichkeiten von {lowest} bis {highest}, im "
    "Mittel {predicted}. In {churned} ihrer {n} Fälle ging der Kunde, {observed} (95-%-Intervall {low} bis {high}).",
    "answer_belief_lists": "Von den Kunden auf Listen mit {n} sollten laut Modell {predicted} gehen, und {observed} "
    "gingen (95-%-Intervall {low} bis {high}).",
    "level_right": "Insgesamt weicht die Zahl derer, die gingen, nicht über den Zufall hinaus von der "
    "vorhergesagten ab: beobachtet ÷ erwartet ist {figure}.",
    "level_too_high": "Insgesamt gingen weniger als vorhergesagt: beobachtet ÷ erwartet ist {figure}. Die "
    "Wahrscheinlichkeiten sind zu hoch; ihre Reihenfolge kann trotzdem gut sein.",
    "level_too_low": "Insgesamt gingen mehr als vorhergesagt: beobachtet ÷ erwartet ist {figure}. Die "
    "Wahrscheinlichkeiten sind zu niedrig; ihre Reihenfolge kann trotzdem gut sein.",
    "question_weak": "Bei wem ist es schwach?",
    "answer_weak_rest": "Diese Kunden ordnet es sicher weniger gut als die übrigen (AUROC minus die der übrigen): "
    "{groups}. Der Reihenfolge der Liste ist dort weniger zu trauen; Kunden, die einander ähneln, sind schwerer zu "
    "ordnen, für jede Regel. Allein durch Zufall wäre es eine Gruppe von vierzig.",
    "answer_weak_rest_nowhere": "Keine der Gruppen unten ordnet es sicher weniger gut als die übrigen Kunden.",
    "answer_weak_rule": "In diesen Gruppen ist nicht sicher, dass es besser ordnet als die Regel „{name}“ (AUROC minus "
    "die der Regel): {groups}. Dort taugt die Regel vielleicht ebenso, oder es wurden zu wenige geprüft, um es zu "
    "sagen.",
    "answer_weak_rule_nowhere": "In jeder der Gruppen unten ordnet es sicher besser als die Regel „{name}“.",
    "answer_groups_shown": "Gruppen, in denen zu wenige gingen oder zu wenige blieben, sind nicht gezeigt.",
    "answer_level_groups": "Bei diesen Gruppen stimmt die Höhe der Wahrscheinlichkeiten nicht (beobachtet ÷ "
    "erwartet): {groups}. Allein durch Zufall wäre es eine von zwanzig.",
    "answer_no_groups": "Es wurden zu wenige Kunden geprüft, um Gruppen zu unterscheiden.",
    "question_dates": "Wie gut war es an den einzelnen Stichtagen?",
    "answer_dates": "An den {n} Prüfstichtagen lag die AUROC zwischen {low} und {high}.",
    "answer_folds": "Zuvor wurde es an {n} früheren Stichtagen erprobt, jeweils trainiert mit dem, was davor lag: Die "
    "AUROC lag zwischen {low} und {high}. Dort wurde das Modell ausgewählt.",
    "while_choosing": "{day}, bei der Auswahl",
    "plot_dates_curve": "Helfen mehr Stichtage aus der Vergangenheit?",
    "note_dates_curve": "AUROC am jüngsten der früheren Stichtage, je nachdem aus wie vielen Stichtagen die "
    "Entscheidungsbäume (eines Startwerts) lernen.",
    "axis_training_dates": "Stichtage im Training",
    "answer_one_date": "Es gibt nur einen Prüfstichtag: Ob die Güte über die Zeit hält, lässt sich noch nicht sagen.",
    "answer_dates_rule": "Die Regel in der Tabelle ist „{name}“.",
    "question_money": "Was ist die Liste wert?",
    "answer_money": "Eine Liste mit {n} Kunden, nach gefährdetem Wert geordnet, hätte an einem durchschnittlichen "
    "Prüfstichtag {by_value} gebracht; nur nach der Wahrscheinlichkeit geordnet {ours}, nach der "
    "Regel „{name}“ {rule}.",
    "answer_captured": "Die beste Liste, die jemand mit Kenntnis der Zukunft hätte aufstellen können, brächte mehr: "
    "Nach gefährdetem Wert geordnet erreicht unsere {share} davon.",
    "money_assumed": "Das ist eine Rechnung mit Annahmen, keine gemessene Wirkung: Ein Kontakt kostet {cost} und hält "
    "{success} derer, die gehen würden (Mittel über die Maßnahmen, für deren Gründe es Daten gibt), und wer bleibt, "
    "bringt die Marge, die in {days} Tagen zu erwarten ist. Die Wochenliste rechnet dagegen mit Kosten und Erfolg der "
    "Maßnahme jedes einzelnen Kunden; ihre Nettowerte ergeben zusammen deshalb nicht diese Beträge.",
    "note_profit": "Was von der gehaltenen Marge nach den Kosten der Kontakte bleibt, je nachdem wie viele Kunden "
    "kontaktiert werden.",
    "axis_profit": "Ertrag der Liste",
    "plot_profit": "Wie viele Kontakte lohnen sich?",
    "money_at_capacity": "Die Liste bringt",
    "money_captured": "Anteil an der bestmöglichen Liste",
    "money_left": "Davon gingen",
    "answer_empulse": "EMPC je Kunde: was die Reihenfolge je geprüftem Kunden im Mittel brächte, wenn genau so viele "
    "kontaktiert würden, wie sich am meisten lohnt, und alle die mittlere Marge wert wären. EMPB je Kunde: dasselbe "
    "mit der eigenen Marge jedes Kunden.",
    "money_empc": "EMPC je Kunde",
    "money_empb": "EMPB je Kunde",
    "model_bleib_by_value": "bleib, nach gefährdetem Wert",
    "question_whole_base": "Eine Zahl, die täuscht",
    "answer_whole_base": "Geschönt: Prüft man mit allen, die je da waren ({n} Fälle, davon {base} „gegangen“), hätte "
    "allein die einfache Regel eine AUROC von {inflated}. Bei den Kunden, die noch zu verlieren "
    "sind, ist sie {honest}. Die meisten anderen sind längst fort; um das zu sehen, braucht es kein "
    "Modell. Eine solche Zahl darf nie mit denen auf dieser Seite verglichen werden.",
    "plot_reliability": "Stimmen die Wahrscheinlichkeiten?",
    "plot_gain": "Wie viele der Gehenden erreicht eine Liste?",
    "plot_precision": "Wie viele von denen auf einer Liste gehen?",
    "plot_dates": "Hält die Güte über die Zeit?",
    "plot_base_rate": "Wie viele gingen, nach Stichtag",
    "plot_importance": "Was den Wert bewegt, nach Themen",
    "plot_beeswarm": "Die wichtigsten Merkmale, Kunde für Kunde",
    "plot_churn": "Abwanderungsrate nach Monat",
    "plot_retention": "Noch dabei, nach Anmeldekohorte",
    "plot_nps": "Net Promoter Score nach Monat",
    "plot_repeat": "Wiederholungsrate nach Monat",
    "axis_predicted": "vorhergesagte Wahrscheinlichkeit",
    "axis_observed": "Anteil, der ging",
    "axis_contacted": "Anteil der kontaktierten Kunden",
    "axis_reached": "Anteil der erreichten Gehenden",
    "axis_left": "Anteil der Kontaktierten, der ging",
    "axis_auroc": "AUROC",
    "axis_share": "verlorene Kunden, %",
    "axis_contribution": "mittlerer absoluter Beitrag (Log-Odds)",
    "axis_still": "noch Kunden, %",
    "axis_nps": "NPS",
    "axis_repeat": "% der aktiven Kunden des Monats",
    "line_perfect": "richtig",
    "line_chance": "Zufall",
    "line_lists": "bleib, Listen mit {n}",
    "cohort_is_everybody": "Geprüft wurde mit allen, die je da waren, wie lange ihr letztes Ereignis auch her ist. "
    "Sind viele von ihnen längst fort – um das zu sehen, braucht es kein Modell –, sind alle Zahlen auf dieser Seite "
    "geschönt. Mit einem kleineren churn.active_days in params.yaml geht es um die Kunden, die noch zu verlieren sind.",
    "note_reliability": "Jeder Punkt ist ein Zehntel der geprüften Kunden. Punkte auf der Linie: Es gingen so "
    "viele, wie die Wahrscheinlichkeit sagte.",
    "note_gain": "Höher ist besser: der Anteil aller Gehenden, den das Team erreicht, wenn es diesen "
    "Anteil der "
    "Kunden kontaktiert.",
    "note_precision": "Precision und Recall: Je länger die Liste, desto mehr Gehende erreicht sie, und desto kleiner "
    "ist der Anteil derer auf ihr, die gehen. Höher ist besser.",
    "note_base_rate": "Anteil der betrachteten Kunden, der im Beobachtungszeitraum ging, für jeden "
    "Stichtag mit "
    "abgeschlossenem "
    "Zeitraum.",
    "note_importance": "Mittlere Stärke, mit der jedes Thema den Wert der Kunden vom {day} bewegt, nach oben "
    "oder unten.",
    "note_beeswarm": "Jeder Punkt ist ein Kunde; rechts erhöht das Merkmal das Risiko; dunkel ist ein "
    "hoher Wert des Merkmals, grau gar keiner. „…“ steht für diesen Wert.",
    "note_figures": "Nur Kalendermonate, die ganz in den Daten liegen, und ohne Kunden, bei denen es im Zeitraum "
    "anders endete (etwa durch einen Todesfall): Sie gelten weder als verloren noch als gehalten. Abwanderungsrate: "
    "verlorene Kunden im Zeitraum ÷ Kunden zu seinem Beginn × 100; die Bindungsrate ist 100\u202f% weniger die "
    "Abwanderungsrate derselben Kunden. Wiederholungsrate: Anteil der im Zeitraum aktiven Kunden (Bestellung, Login "
    "oder was hier als Aktivität zählt), die es mehr als einmal waren. Der NPS wird unter 30 Antworten nicht gezeigt.",
    "note_silence_month": "Ein Kunde gilt in dem Monat als verloren, in dem die Stille {days} Tage erreicht oder "
    "bekannt ist, dass er geht.",
    "note_contract_month": "Ein Kunde gilt in dem Monat als verloren, in dem der letzte laufende Vertrag "
    "gekündigt wird oder ohne Kündigung endet.",
    "note_clv": "CLV ist die erwartete Marge über {months} Monate: Σ Marge × Verbleibwahrscheinlichkeit, "
    "abgezinst mit {rate} im Jahr, im Takt der zwölf Monate davor.",
    "note_retention": "Ab dem ersten Monat jeder Kohorte in den Daten, mit ihrer monatlichen "
    "Bindungsrate; Monate mit unter 30 Kunden "
    "fehlen.",
    "figure_churn_rate": "Abwanderung",
    "figure_retention_rate": "Bindung",
    "figure_repeat_purchase_rate": "Wiederholungsrate",
    "figure_nps": "NPS",
    "figure_clv": "CLV ({months} Monate)",
    "figures_month": "Nach Monat",
    "figures_segment": "Nach Segment, {period}",
    "figures_cohort": "Nach Anmeldekohorte, {period}",
    "month": "Monat",
    "cohort": "Angemeldet",
    "at_start": "Kunden zu Beginn",
    "everybody": "Alle",
    "data_span": "Die Daten sind vollständig vom {first} bis einschließlich {last}.",
    "data_how": "Ende der Daten:",
    "data_counts": "Jede Rohzeile wird einmal gezählt: gelesen = übernommen + Quarantäne + gefiltert + "
    "zusammengefasst.",
    "source": "Quelle",
    "table": "Tabelle",
    "rows_in": "Gelesen",
    "rows_out": "Übernommen",
    "quarantined": "Quarantäne",
    "filtered": "Gefiltert",
    "merged": "Zusammengefasst",
    "total": "Summe",
    "faults": "Was an den Zeilen in Quarantäne nicht stimmte",
    "observations": "Widersprüche zwischen Tabellen (Zeilen behalten)",
    "column_at_fault": "Spalte",
    "found": "Befund",
    "rows": "Zeilen",
    "examples": "Beispiele",
    "remedy": "Was zu tun ist",
    "files": "{first} … {last} ({n} Dateien)",
    "definition_contract": "Ein Kunde ist gegangen, wenn im Beobachtungszeitraum der letzte laufende Vertrag "
    "gekündigt wird oder ohne Kündigung endet.",
    "definition_silence": "Ein Kunde ist gegangen, wenn im ganzen Beobachtungszeitraum kein zählendes Ereignis "
    "({kinds}) vorliegt.",
    "any_kind": "alle Arten",
    "competing": "Andere Enden ({names}) zählen weder als Gehen noch als Bleiben.",
    "term_cohort": "Wer betrachtet wird",
    "cohort_contract": "Kunden mit laufendem Vertrag ohne bekannte Kündigung am Stichtag: {n} Kunden.",
    "cohort_silence": "Kunden, die in den {days} Tagen vor dem Stichtag aktiv waren und von denen nicht bekannt ist, "
    "dass sie gehen: {n} Kunden.",
    "term_churned": "Was Gehen heißt",
    "term_as_of": "Stichtag der Liste",
    "term_lead": "Vorlauf",
    "term_window": "Beobachtungszeitraum",
    "term_train": "Trainiert an",
    "term_test": "Geprüft an",
    "term_refit": "Modell der Liste",
    "trained_again": "auf dieselbe Weise noch einmal trainiert an {dates}",
    "term_settings": "Einstellungen des Modells",
    "settings_params": "wie in params.yaml",
    "settings_search": "durch Suche an früheren Stichtagen gefunden, anstelle derer in params.yaml",
    "term_version": "Modellstand",
    "day": "{n} Tag",
    "days": "{n} Tage",
    "window": "{start} bis einschließlich {end} ({n} Tage)",
    "dates_one": "einem Stichtag, dem {day}",
    "dates_span": "{n} Stichtagen, {first} bis {last}",
    "and": "und",
    "or": "oder",
    "family_recency": "Aktualität",
    "family_frequency": "Häufigkeit",
    "family_cadence": "Eigener Rhythmus",
    "family_value": "Wert",
    "family_tickets": "Serviceanfragen",
    "family_complaints": "Beschwerden",
    "family_satisfaction": "Zufriedenheit",
    "family_onboarding": "Einstieg",
    "family_price": "Preis",
    "family_payments": "Zahlungen",
    "family_loyalty": "Treuepunkte",
    "family_contract": "Vertrag",
    "family_engagement": "Ansprache",
}
