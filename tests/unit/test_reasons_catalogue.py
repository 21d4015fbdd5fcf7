"""Every sentence of the catalogue, read aloud: at usual figures, at none, one, and below nought."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bleib.features.catalogue import catalogue
from bleib.features.declaration import Feature
from bleib.features.inventory import Inventory, everything
from bleib.reasons.sentences import tell, tellable
from bleib.settings import Features

INTERACTIONS = ("login", "push_opened", "help_page", "return", "discount", "price_increase")
COMPANY = Inventory(
    {**everything().kinds, **{kind: everything().kinds["order"] for kind in INTERACTIONS}}, ("order",), INTERACTIONS
)
LOGINS = Inventory(COMPANY.kinds, ("login",))
FEATURES = {feature.name: feature for feature in catalogue(COMPANY, Features())}
WINDOW = re.compile(r"_\d+$")

# name, figure, typical figure, English, German
SAID: list[tuple[str, float, float, str, str]] = [
    ("recency_order_days", 40, 13, "No order for 40 days (typical here: 13)",
     "Seit 40 Tagen keine Bestellung (üblich hier: 13)"),
    ("recency_order_days", 1, 0.3, "No order for 1 day (typical here: less than a day)",
     "Seit 1 Tag keine Bestellung (üblich hier: weniger als ein Tag)"),
    ("recency_order_second_last_days", 62, 36, "62 days since the second to last order (typical here: 36)",
     "62 Tage seit der vorletzten Bestellung (üblich hier: 36)"),
    ("recency_order_second_last_days", 0.6, 0.2,
     "Less than a day since the second to last order (typical here: less than a day)",
     "Weniger als ein Tag seit der vorletzten Bestellung (üblich hier: weniger als ein Tag)"),
    ("recency_order_third_last_days", 1, 0.5, "1 day since the third to last order (typical here: less than a day)",
     "1 Tag seit der drittletzten Bestellung (üblich hier: weniger als ein Tag)"),
    ("recency_order_rank", 0.9, 0.5, "Longer without orders than 90% of the customers",
     "Länger ohne Bestellung als 90 % der Kundschaft"),
    ("recency_order_rank", 1, 0.5, "Longer without orders than all other customers",
     "Länger ohne Bestellung als alle anderen"),
    ("recency_login_days", 26, 5, "26 days since the last login (typical here: 5)",
     "26 Tage seit dem letzten Login (üblich hier: 5)"),
    ("recency_push_opened_days", 45, 12, "45 days since the last opened push message (typical here: 12)",
     "45 Tage seit der letzten geöffneten Push-Nachricht (üblich hier: 12)"),
    ("recency_help_page_days", 0.4, 168, "Less than a day since the last visit to the help pages (typical here: 168)",
     "Weniger als ein Tag seit dem letzten Besuch der Hilfeseiten (üblich hier: 168)"),
    ("recency_any_days", 9, 2, "No activity of any kind for 9 days (typical here: 2)",
     "Seit 9 Tagen keinerlei Aktivität (üblich hier: 2)"),
    ("frequency_order_count_28", 0, 1, "No orders in the last 28 days (typical here: 1)",
     "Keine Bestellungen in den letzten 28 Tagen (üblich hier: 1)"),
    ("frequency_order_count_28", 1, 2.5, "Only 1 order in the last 28 days (typical here: 2.5)",
     "Nur 1 Bestellung in den letzten 28 Tagen (üblich hier: 2,5)"),
    ("frequency_order_count_all", 4, 1234, "Only 4 orders so far (typical here: 1,234)",
     "Bisher nur 4 Bestellungen (üblich hier: 1.234)"),
    ("frequency_order_days_91", 0, 4, "No orders on any of the last 91 days (typical here: 4 days)",
     "In den letzten 91 Tagen an keinem Tag Bestellungen (üblich hier: an 4 Tagen)"),
    ("frequency_order_days_91", 1, 4, "Orders on only 1 day of the last 91 (typical here: 4 days)",
     "In den letzten 91 Tagen nur an 1 Tag Bestellungen (üblich hier: an 4 Tagen)"),
    ("frequency_order_days_91", 0, 1, "No orders on any of the last 91 days (typical here: 1 day)",
     "In den letzten 91 Tagen an keinem Tag Bestellungen (üblich hier: an 1 Tag)"),
    ("frequency_order_trend_28", -9, -2,
     "9 fewer orders in the last 28 days than in the 28 days before (typical here: 2 fewer)",
     "Bestellungen: in den letzten 28 Tagen 9 weniger als in den 28 Tagen davor (üblich hier: 2 weniger)"),
    ("frequency_order_trend_28", -1, 0,
     "1 fewer order in the last 28 days than in the 28 days before (typical here: no change)",
     "Bestellungen: in den letzten 28 Tagen 1 weniger als in den 28 Tagen davor (üblich hier: unverändert)"),
    ("frequency_order_trend_182", 0, 1,
     "No more orders in the last 182 days than in the 182 days before (typical here: 1 more)",
     "Bestellungen: in den letzten 182 Tagen nicht mehr als in den 182 Tagen davor (üblich hier: 1 mehr)"),
    ("frequency_order_trend_182", 1, 9,
     "1 more order in the last 182 days than in the 182 days before (typical here: 9 more)",
     "Bestellungen: in den letzten 182 Tagen 1 mehr als in den 182 Tagen davor (üblich hier: 9 mehr)"),
    ("frequency_order_rank_91", 0.24, 0.5,
     "Among the 24% of the customers with the fewest orders in the last 91 days",
     "Unter den 24 % der Kundschaft mit den wenigsten Bestellungen in den letzten 91 Tagen"),
    ("frequency_order_rank_91", 0.0003, 0.5, "Among the customers with the fewest orders in the last 91 days",
     "Unter den Kunden mit den wenigsten Bestellungen in den letzten 91 Tagen"),
    ("frequency_login_count_28", 0, 4, "No logins in the last 28 days (typical here: 4)",
     "Keine Logins in den letzten 28 Tagen (üblich hier: 4)"),
    ("frequency_login_count_28", 1, 4, "Only 1 login in the last 28 days (typical here: 4)",
     "Nur 1 Login in den letzten 28 Tagen (üblich hier: 4)"),
    ("frequency_login_trend_91", -74, -2,
     "74 fewer logins in the last 91 days than in the 91 days before (typical here: 2 fewer)",
     "Logins: in den letzten 91 Tagen 74 weniger als in den 91 Tagen davor (üblich hier: 2 weniger)"),
    ("cadence_order_gap_median", 26, 17, "Usually 26 days between two orders (typical here: 17)",
     "Bestellungen meist im Abstand von 26 Tagen (üblich hier: 17)"),
    ("cadence_order_gap_std", 21, 13, "Irregular rhythm: the days between two orders vary by 21 (typical here: 13)",
     "Unregelmäßiger Rhythmus: Abstände schwanken um 21 Tage (üblich hier: 13)"),
    ("cadence_order_elapsed_over_median", 2.34, 0.8,
     "No order for 2.3 times the customer’s own usual gap (typical here: 0.8)",
     "Seit dem 2,3-Fachen des eigenen üblichen Abstands keine Bestellung (üblich hier: 0,8)"),
    ("cadence_order_elapsed_over_median", 2, 1, "No order for 2 times the customer’s own usual gap (typical here: 1)",
     "Seit dem 2-Fachen des eigenen üblichen Abstands keine Bestellung (üblich hier: 1)"),
    ("cadence_order_elapsed_over_q90", 1.2, 0.4,
     "No order for 1.2 times the customer’s own long gaps (typical here: 0.4)",
     "Seit dem 1,2-Fachen der eigenen langen Abstände keine Bestellung (üblich hier: 0,4)"),
    ("cadence_order_renewal_28", 0.11, 0.44,
     "By the customer’s own rhythm the chance of another order within 28 days is only 11% (typical here: 44%)",
     "Nach dem eigenen Rhythmus nur mit 11 % Wahrscheinlichkeit binnen 28 Tagen wieder da (üblich hier: 44 %)"),
    ("value_spend_91", 12.5, 140, "Spent only 12.50 EUR in the last 91 days (typical here: 140 EUR)",
     "In den letzten 91 Tagen nur 12,50 EUR Umsatz (üblich hier: 140 EUR)"),
    ("value_spend_91", 0, 140, "Spent nothing in the last 91 days (typical here: 140 EUR)",
     "In den letzten 91 Tagen kein Umsatz (üblich hier: 140 EUR)"),
    ("value_spend_91", -35, 140, "Got back 35 EUR more than was spent in the last 91 days (typical here: 140 EUR)",
     "In den letzten 91 Tagen 35 EUR mehr zurückerhalten als ausgegeben (üblich hier: 140 EUR)"),
    ("value_spend_all", 0, 754, "Spent nothing so far (typical here: 754 EUR)",
     "Bisher kein Umsatz (üblich hier: 754 EUR)"),
    ("value_spend_all", 1234.5, 7540, "Spent only 1,235 EUR so far (typical here: 7,540 EUR)",
     "Bisher nur 1.235 EUR Umsatz (üblich hier: 7.540 EUR)"),
    ("value_spend_trend_91", -114, 9.88,
     "Spent 114 EUR less in the last 91 days than in the 91 days before (typical here: 9.88 EUR more)",
     "In den letzten 91 Tagen 114 EUR weniger Umsatz als in den 91 Tagen davor (üblich hier: 9,88 EUR mehr)"),
    ("value_spend_trend_91", 0, 9.88,
     "Spent no more in the last 91 days than in the 91 days before (typical here: 9.88 EUR more)",
     "In den letzten 91 Tagen nicht mehr Umsatz als in den 91 Tagen davor (üblich hier: 9,88 EUR mehr)"),
    ("value_spend_trend_91", 1, 9.88,
     "Spent 1 EUR more in the last 91 days than in the 91 days before (typical here: 9.88 EUR more)",
     "In den letzten 91 Tagen 1 EUR mehr Umsatz als in den 91 Tagen davor (üblich hier: 9,88 EUR mehr)"),
    ("value_spend_trend_91", -1, 0,
     "Spent 1 EUR less in the last 91 days than in the 91 days before (typical here: no change)",
     "In den letzten 91 Tagen 1 EUR weniger Umsatz als in den 91 Tagen davor (üblich hier: unverändert)"),
    ("value_mean_basket_91", 13.23, 39.63,
     "Orders worth only 13.23 EUR on average in the last 91 days (typical here: 39.63 EUR)",
     "Bestellungen in den letzten 91 Tagen im Mittel nur 13,23 EUR wert (üblich hier: 39,63 EUR)"),
    ("value_mean_basket_91", 0, 39.63, "Orders worth nothing on average in the last 91 days (typical here: 39.63 EUR)",
     "Bestellungen in den letzten 91 Tagen im Mittel nichts wert (üblich hier: 39,63 EUR)"),
    ("value_mean_basket_91", -5, 39.63,
     "Orders worth less than nothing on average in the last 91 days (typical here: 39.63 EUR)",
     "Bestellungen in den letzten 91 Tagen im Mittel weniger als nichts wert (üblich hier: 39,63 EUR)"),
    ("value_basket_change", -27.62, 0,
     "Orders worth 27.62 EUR less on average in the last 91 days than in the last 364 (typical here: no change)",
     "Bestellungen in den letzten 91 Tagen im Mittel 27,62 EUR weniger wert als in den letzten 364 "
     "(üblich hier: unverändert)"),
    ("value_basket_change", 0, 5,
     "Orders worth no more on average in the last 91 days than in the last 364 (typical here: 5 EUR more)",
     "Bestellungen in den letzten 91 Tagen im Mittel nicht mehr wert als in den letzten 364 (üblich hier: 5 EUR mehr)"),
    ("value_last_amount", 12.5, 36.66, "The last order was worth only 12.50 EUR (typical here: 36.66 EUR)",
     "Zuletzt nur 12,50 EUR ausgegeben (üblich hier: 36,66 EUR)"),
    ("value_last_amount", 0, 36.66, "The last order was worth nothing (typical here: 36.66 EUR)",
     "Zuletzt nichts ausgegeben (üblich hier: 36,66 EUR)"),
    ("value_last_amount", -35, 36.66, "The last order was a credit of 35 EUR (typical here: 36.66 EUR)",
     "Zuletzt 35 EUR gutgeschrieben (üblich hier: 36,66 EUR)"),
    ("value_quantity_91", 1, 10, "Only 1 piece in the last 91 days (typical here: 10)",
     "In den letzten 91 Tagen nur 1 Stück (üblich hier: 10)"),
    ("value_quantity_91", 0, 10, "No pieces in the last 91 days (typical here: 10)",
     "In den letzten 91 Tagen kein Stück (üblich hier: 10)"),
    ("value_quantity_91", -3, 10, "3 more pieces returned than bought in the last 91 days (typical here: 10)",
     "In den letzten 91 Tagen 3 Stück mehr zurückgegeben als gekauft (üblich hier: 10)"),
    ("value_topics_91", 1, 3, "Only 1 category in the last 91 days (typical here: 3)",
     "Nur 1 Kategorie in den letzten 91 Tagen (üblich hier: 3)"),
    ("value_returns_91", 1, 0, "Returned or cancelled once in the last 91 days (most customers never did)",
     "In den letzten 91 Tagen einmal zurückgegeben oder storniert (die meisten nie)"),
    ("value_returns_91", 3, 1, "Returned or cancelled 3 times in the last 91 days (typical here: once)",
     "In den letzten 91 Tagen 3-mal zurückgegeben oder storniert (üblich hier: einmal)"),
    ("value_return_share_364", 2, 0,
     "Returns and cancellations come to 200% of the orders in the last 364 days (most customers have none)",
     "Retouren und Stornierungen: 200 % der Zahl der Bestellungen in den letzten 364 Tagen (bei den meisten keine)"),
    ("value_return_share_364", 0.35, 0.1,
     "Returns and cancellations come to 35% of the orders in the last 364 days (typical here: 10%)",
     "Retouren und Stornierungen: 35 % der Zahl der Bestellungen in den letzten 364 Tagen (üblich hier: 10 %)"),
    ("tickets_opened_28", 1, 0, "1 ticket in the last 28 days (most customers have none)",
     "1 Ticket in den letzten 28 Tagen (bei den meisten keine)"),
    ("tickets_opened_364", 6, 1, "6 tickets in the last 364 days (typical here: 1)",
     "6 Tickets in den letzten 364 Tagen (üblich hier: 1)"),
    ("tickets_last_days", 0.2, 63, "Last ticket less than a day ago (typical here: 63)",
     "Letztes Ticket vor weniger als einem Tag (üblich hier: 63)"),
    ("tickets_last_days", 150, 63, "Last ticket 150 days ago (typical here: 63)",
     "Letztes Ticket vor 150 Tagen (üblich hier: 63)"),
    ("tickets_open_now", 1, 0, "1 open ticket (most customers have none)", "1 offenes Ticket (bei den meisten keine)"),
    ("tickets_open_longest_days", 491, 264, "A ticket has been open for 491 days (typical here: 264)",
     "Ein Ticket ist seit 491 Tagen offen (üblich hier: 264)"),
    ("tickets_first_response_hours_91", 22, 0.2,
     "Waited 22 hours on average for a first answer in the last 91 days (typical here: less than an hour)",
     "In den letzten 91 Tagen im Mittel 22 Stunden auf eine erste Antwort gewartet "
     "(üblich hier: weniger als eine Stunde)"),
    ("tickets_last_response_hours", 1, 0, "Waited 1 hour for the latest first answer (typical here: less than an hour)",
     "Zuletzt 1 Stunde auf eine erste Antwort gewartet (üblich hier: weniger als eine Stunde)"),
    ("tickets_slowest_response_hours_182", 72, 17,
     "Waited up to 72 hours for a first answer in the last 182 days (typical here: 17)",
     "In den letzten 182 Tagen bis zu 72 Stunden auf eine erste Antwort gewartet (üblich hier: 17)"),
    ("tickets_resolution_hours_182", 95, 65,
     "Tickets took 95 hours on average to be resolved in the last 182 days (typical here: 65)",
     "Tickets in den letzten 182 Tagen im Mittel erst nach 95 Stunden gelöst (üblich hier: 65)"),
    ("tickets_reopened_182", 1, 0, "1 ticket reopened in the last 182 days (most customers have none)",
     "1 Ticket in den letzten 182 Tagen wieder geöffnet (bei den meisten keine)"),
    ("tickets_repeats_182", 1, 0, "Came back once with the same topic in the last 182 days (most customers never did)",
     "In den letzten 182 Tagen einmal erneut mit demselben Thema gemeldet (die meisten nie)"),
    ("tickets_repeats_182", 4, 2, "Came back 4 times with the same topic in the last 182 days (typical here: twice)",
     "In den letzten 182 Tagen 4-mal erneut mit demselben Thema gemeldet (üblich hier: zweimal)"),
    ("tickets_channels_91", 2, 0, "Asked for help over 2 channels in the last 91 days (most customers did not ask)",
     "In den letzten 91 Tagen über 2 Kanäle um Hilfe gebeten (die meisten gar nicht)"),
    ("complaints_filed_91", 1, 0, "1 complaint in the last 91 days (most customers have none)",
     "1 Beschwerde in den letzten 91 Tagen (bei den meisten keine)"),
    ("complaints_open_now", 2, 0, "2 unresolved complaints (most customers have none)",
     "2 ungelöste Beschwerden (bei den meisten keine)"),
    ("complaints_open_longest_days", 373, 184, "A complaint has been unresolved for 373 days (typical here: 184)",
     "Eine Beschwerde ist seit 373 Tagen ungelöst (üblich hier: 184)"),
    ("complaints_last_days", 0.3, 187, "Complained less than a day ago (typical here: 187)",
     "Vor weniger als einem Tag beschwert (üblich hier: 187)"),
    ("complaints_severity_max_182", 3, 1, "A complaint of severity 3 in the last 182 days (typical here: 1)",
     "In den letzten 182 Tagen eine Beschwerde der Schwere 3 (üblich hier: 1)"),
    ("complaints_answer_hours_364", 119, 71, "Complaints answered only after 119 hours on average (typical here: 71)",
     "Beschwerden im Mittel erst nach 119 Stunden beantwortet (üblich hier: 71)"),
    ("complaints_per_ticket_364", 1, 0, "1 complaint for every ticket in the last 364 days (most customers have none)",
     "1 Beschwerde je Ticket in den letzten 364 Tagen (bei den meisten keine)"),
    ("satisfaction_nps_last", 1, 8, "Last rated us 1 out of 10 (typical here: 8)",
     "Zuletzt mit 1 von 10 bewertet (üblich hier: 8)"),
    ("satisfaction_nps_change", -2, 0, "Last rating 2 points lower than the one before (typical here: no change)",
     "Letzte Bewertung 2 Punkte niedriger als die davor (üblich hier: unverändert)"),
    ("satisfaction_nps_change", -1, 1, "Last rating 1 point lower than the one before (typical here: 1 higher)",
     "Letzte Bewertung 1 Punkt niedriger als die davor (üblich hier: 1 höher)"),
    ("satisfaction_nps_change", 0, 1, "Last rating no higher than the one before (typical here: 1 higher)",
     "Letzte Bewertung nicht höher als die davor (üblich hier: 1 höher)"),
    ("satisfaction_nps_mean_364", 4.5, 8, "Rated us 4.5 out of 10 on average in the last 364 days (typical here: 8)",
     "In den letzten 364 Tagen im Mittel mit 4,5 von 10 bewertet (üblich hier: 8)"),
    ("satisfaction_detractor_answers_364", 2, 0,
     "Rated us 6 out of 10 or lower twice in the last 364 days (most customers never did)",
     "In den letzten 364 Tagen zweimal mit höchstens 6 von 10 bewertet (die meisten nie)"),
    ("satisfaction_detractor_share_364", 0.33, 0,
     "33% of the ratings in the last 364 days were 6 out of 10 or lower (most customers gave none)",
     "33 % der Bewertungen in den letzten 364 Tagen höchstens 6 von 10 (bei den meisten keine)"),
    ("satisfaction_csat_last", 2, 4, "Last satisfaction mark 2 (typical here: 4)",
     "Letzte Zufriedenheitsnote 2 (üblich hier: 4)"),
    ("satisfaction_unanswered_182", 1, 0, "Left 1 survey unanswered in the last 182 days (most customers left none)",
     "In den letzten 182 Tagen 1 Umfrage unbeantwortet gelassen (die meisten keine)"),
    ("satisfaction_ticket_last", 3, 4, "Rated the last ticket 3 (typical here: 4)",
     "Das letzte Ticket mit 3 bewertet (üblich hier: 4)"),
    ("satisfaction_ticket_mean_364", 3.5, 4, "Rated tickets 3.5 on average in the last 364 days (typical here: 4)",
     "In den letzten 364 Tagen Tickets im Mittel mit 3,5 bewertet (üblich hier: 4)"),
    ("onboarding_tenure_days", 1, 483, "A customer for only 1 day (typical here: 483)",
     "Erst seit 1 Tag dabei (üblich hier: 483)"),
    ("onboarding_tenure_days", 0, 483, "A customer for less than a day (typical here: 483)",
     "Seit weniger als einem Tag dabei (üblich hier: 483)"),
    ("onboarding_order_first_days", 13, 479, "First order only 13 days ago (typical here: 479)",
     "Erste Bestellung erst vor 13 Tagen (üblich hier: 479)"),
    ("onboarding_order_count_first", 1, 2, "Only 1 order in the first four weeks (typical here: 2)",
     "Nur 1 Bestellung in den ersten vier Wochen (üblich hier: 2)"),
    ("onboarding_contacts", 0, 1, "No contacts by us in the first four weeks (typical here: 1)",
     "Keine Kontakte von uns in den ersten vier Wochen (üblich hier: 1)"),
    ("price_fee", 21.89, 19.9, "Pays a monthly fee of 21.89 EUR (typical here: 19.90 EUR)",
     "Zahlt 21,89 EUR im Monat (üblich hier: 19,90 EUR)"),
    ("price_fee_raised_364", 1.8, 0, "The fee rose by 1.80 EUR within a year (for most customers not at all)",
     "Die Gebühr ist binnen eines Jahres um 1,80 EUR gestiegen (bei den meisten gar nicht)"),
    ("price_fee_raise_days", 1, 212, "The fee was raised only 1 day ago (typical here: 212)",
     "Die Gebühr wurde erst vor 1 Tag erhöht (üblich hier: 212)"),
    ("price_increases_91", 1, 0, "1 price increase in the last 91 days (most customers have none)",
     "1 Preiserhöhung in den letzten 91 Tagen (bei den meisten keine)"),
    ("price_increase_days", 6, 212, "Price increase only 6 days ago (typical here: 212)",
     "Preiserhöhung erst vor 6 Tagen (üblich hier: 212)"),
    ("price_increase_ahead_days", 0, 15, "An announced price increase takes effect today (typical here: in 15 days)",
     "Eine angekündigte Preiserhöhung tritt heute in Kraft (üblich hier: in 15 Tagen)"),
    ("price_increase_ahead_days", 1, 15, "An announced price increase takes effect in 1 day (typical here: in 15 days)",
     "Eine angekündigte Preiserhöhung tritt in 1 Tag in Kraft (üblich hier: in 15 Tagen)"),
    ("price_discounts_182", 0, 2, "No discounts in the last 182 days (typical here: 2)",
     "Keine Rabatte in den letzten 182 Tagen (üblich hier: 2)"),
    ("price_discounts_182", 1, 0, "1 discount in the last 182 days (most customers have none)",
     "1 Rabatt in den letzten 182 Tagen (bei den meisten keine)"),
    ("price_discount_days", 359, 175, "Last discount 359 days ago (typical here: 175)",
     "Letzter Rabatt vor 359 Tagen (üblich hier: 175)"),
    ("payments_failed_91", 1, 0, "1 failed payment in the last 91 days (most customers have none)",
     "1 fehlgeschlagene Zahlung in den letzten 91 Tagen (bei den meisten keine)"),
    ("payments_failed_days", 4, 155, "A payment failed only 4 days ago (typical here: 155)",
     "Eine Zahlung ist erst vor 4 Tagen fehlgeschlagen (üblich hier: 155)"),
    ("payments_overdue_now", 1, 0, "1 invoice overdue (most customers have none)",
     "1 überfällige Rechnung (bei den meisten keine)"),
    ("payments_overdue_amount", 34.9, 0, "34.90 EUR overdue (for most customers nothing)",
     "34,90 EUR überfällig (bei den meisten nichts)"),
    ("payments_overdue_longest_days", 366, 96, "An invoice has been overdue for 366 days (typical here: 96)",
     "Eine Rechnung ist seit 366 Tagen überfällig (üblich hier: 96)"),
    ("payments_late_days_182", 8, 2,
     "Pays 8 days after the due date on average (typical here: 2 days after)",
     "Zahlt im Mittel 8 Tage nach Fälligkeit (üblich hier: 2 Tage danach)"),
    ("payments_late_days_182", 0, -1, "Pays on the due date on average (typical here: 1 day before)",
     "Zahlt im Mittel am Tag der Fälligkeit (üblich hier: 1 Tag davor)"),
    ("payments_late_days_182", -3, -8, "Pays 3 days before the due date on average (typical here: 8 days before)",
     "Zahlt im Mittel 3 Tage vor Fälligkeit (üblich hier: 8 Tage davor)"),
    ("payments_late_days_182", 1, 0, "Pays 1 day after the due date on average (typical here: on the day)",
     "Zahlt im Mittel 1 Tag nach Fälligkeit (üblich hier: am selben Tag)"),
    ("payments_method_changes_364", 2, 0,
     "Changed the means of payment twice in the last 364 days (most customers never did)",
     "In den letzten 364 Tagen zweimal die Zahlungsart gewechselt (die meisten nie)"),
    ("payments_method_changes_364", 0, 1,
     "Never changed the means of payment in the last 364 days (typical here: once)",
     "In den letzten 364 Tagen nie die Zahlungsart gewechselt (üblich hier: einmal)"),
    ("loyalty_balance", 1, 0, "1 point lies unused (most customers have none)",
     "1 Punkt liegt ungenutzt (bei den meisten keine)"),
    ("loyalty_balance", 3226, 312, "3,226 points lie unused (typical here: 312)",
     "3.226 Punkte liegen ungenutzt (üblich hier: 312)"),
    ("loyalty_earned_91", 0, 142, "No points earned in the last 91 days (typical here: 142)",
     "Keine Punkte in den letzten 91 Tagen gesammelt (üblich hier: 142)"),
    ("loyalty_redemptions_364", 1, 3, "Only 1 redemption in the last 364 days (typical here: 3)",
     "Nur 1 Einlösung in den letzten 364 Tagen (üblich hier: 3)"),
    ("loyalty_redeemed_days", 210, 110, "No points redeemed for 210 days (typical here: 110)",
     "Seit 210 Tagen keine Punkte eingelöst (üblich hier: 110)"),
    ("loyalty_movement_days", 25, 12, "Points untouched for 25 days (typical here: 12)",
     "Punkte seit 25 Tagen unberührt (üblich hier: 12)"),
    ("loyalty_expiring_28", 1, 0, "1 point about to lapse within 28 days (most customers have none)",
     "Verfall von 1 Punkt binnen 28 Tagen (bei den meisten keine)"),
    ("loyalty_expiring_28", 900, 100, "900 points about to lapse within 28 days (typical here: 100)",
     "Verfall von 900 Punkten binnen 28 Tagen (üblich hier: 100)"),
    ("loyalty_expired_364", 2, 0, "Points lapsed twice in the last 364 days (for most customers never)",
     "In den letzten 364 Tagen zweimal Punkte verfallen (bei den meisten nie)"),
    ("contract_renewal_days", 0.4, 194, "The contract is up for renewal today (typical here: in 194 days)",
     "Die Verlängerung des Vertrags steht heute an (üblich hier: in 194 Tagen)"),
    ("contract_renewal_days", 1, 194, "The contract is up for renewal in 1 day (typical here: in 194 days)",
     "Die Verlängerung des Vertrags steht in 1 Tag an (üblich hier: in 194 Tagen)"),
    ("contract_auto_renew", 0, 1, "Automatic renewal is switched off",
     "Die automatische Verlängerung ist abgeschaltet"),
    ("contract_running", 1, 2, "Only 1 running contract (typical here: 2)",
     "Nur 1 laufender Vertrag (üblich hier: 2)"),
    ("contract_age_days", 0.3, 483, "The contract is less than a day old (typical here: 483)",
     "Der Vertrag ist weniger als einen Tag alt (üblich hier: 483)"),
    ("contract_age_days", 1, 483, "The contract is only 1 day old (typical here: 483)",
     "Der Vertrag ist erst 1 Tag alt (üblich hier: 483)"),
    ("contract_cancellations_all", 1, 0, "Gave notice once before (most customers never did)",
     "Hat schon einmal gekündigt (die meisten nie)"),
    ("engagement_contacts_91", 0, 3, "No contacts by us in the last 91 days (typical here: 3)",
     "Keine Kontakte von uns in den letzten 91 Tagen (üblich hier: 3)"),
    ("engagement_contacts_91", 4, 0, "4 contacts by us in the last 91 days (most customers have none)",
     "4 Kontakte von uns in den letzten 91 Tagen (bei den meisten keine)"),
    ("engagement_opens_91", 0, 1, "Opened none of our messages in the last 91 days (typical here: 1)",
     "In den letzten 91 Tagen keine unserer Nachrichten geöffnet (üblich hier: 1)"),
    ("engagement_opens_91", 1, 3, "Opened only 1 of our messages in the last 91 days (typical here: 3)",
     "In den letzten 91 Tagen nur 1 unserer Nachrichten geöffnet (üblich hier: 3)"),
    ("engagement_open_share_91", 0, 0.33, "Opened none of our messages in the last 91 days (typical here: 33%)",
     "In den letzten 91 Tagen keine unserer Nachrichten geöffnet (üblich hier: 33 %)"),
    ("engagement_open_share_91", 0.1, 0.33, "Opened only 10% of our messages in the last 91 days (typical here: 33%)",
     "In den letzten 91 Tagen nur 10 % unserer Nachrichten geöffnet (üblich hier: 33 %)"),
    ("engagement_open_days", 100, 45, "None of our messages opened for 100 days (typical here: 45)",
     "Seit 100 Tagen keine unserer Nachrichten geöffnet (üblich hier: 45)"),
    ("engagement_clicks_182", 0, 2, "No clicks on our messages in the last 182 days (typical here: 2)",
     "Keine Klicks auf unsere Nachrichten in den letzten 182 Tagen (üblich hier: 2)"),
    ("engagement_unsubscribes", 1, 0, "Unsubscribed from our messages once (most customers never did)",
     "Unsere Nachrichten einmal abbestellt (die meisten nie)"),
    ("engagement_channels_182", 1, 3, "Only 1 channel used in the last 182 days (typical here: 3)",
     "Nur 1 Kanal in den letzten 182 Tagen genutzt (üblich hier: 3)"),
    ("engagement_push_opened_count_14", 0, 2, "No opened push messages in the last 14 days (typical here: 2)",
     "Keine geöffneten Push-Nachrichten in den letzten 14 Tagen (üblich hier: 2)"),
    ("engagement_push_opened_count_14", 1, 0, "1 opened push message in the last 14 days (most customers have none)",
     "1 geöffnete Push-Nachricht in den letzten 14 Tagen (bei den meisten keine)"),
    ("engagement_push_opened_trend_91", -1, 0,
     "1 fewer opened push message in the last 91 days than in the 91 days before (typical here: no change)",
     "Geöffnete Push-Nachrichten: in den letzten 91 Tagen 1 weniger als in den 91 Tagen davor "
     "(üblich hier: unverändert)"),
    ("engagement_help_page_count_28", 0, 2, "No visits to the help pages in the last 28 days (typical here: 2)",
     "Keine Besuche der Hilfeseiten in den letzten 28 Tagen (üblich hier: 2)"),
    ("engagement_help_page_trend_28", -1, 1,
     "1 fewer visit to the help pages in the last 28 days than in the 28 days before (typical here: 1 more)",
     "Besuche der Hilfeseiten: in den letzten 28 Tagen 1 weniger als in den 28 Tagen davor (üblich hier: 1 mehr)"),
]  # fmt: skip


def said(feature: Feature, value: float, typical: float) -> tuple[str, str]:
    assert feature.reason is not None
    return (
        tell(feature.reason.en, value, typical, feature.unit, "en", "EUR"),
        tell(feature.reason.de, value, typical, feature.unit, "de", "EUR"),
    )


def named(name: str) -> Feature:
    return FEATURES.get(name) or FEATURES[f"{name}_28"]


@pytest.mark.parametrize(("name", "value", "typical", "en", "de"), SAID)
def test_sentence_reads_well(name: str, value: float, typical: float, en: str, de: str) -> None:
    assert said(named(name), value, typical) == (en, de)


def test_every_sentence_of_the_catalogue_is_among_those_that_were_read() -> None:
    told = {WINDOW.sub("", name) for name, feature in FEATURES.items() if feature.reason}
    assert sorted(told - {WINDOW.sub("", name) for name, *_ in SAID}) == []


@pytest.mark.parametrize("feature", [feature for feature in FEATURES.values() if feature.reason], ids=lambda f: f.name)
def test_no_sentence_has_a_sign_a_plural_behind_a_one_or_a_bare_nought(feature: Feature) -> None:
    money = feature.unit == "currency" and feature.family == "value"
    below = (-35.0, -1.0) if money or re.search("_trend_|_change$|_late_", feature.name) else ()
    for value in (*below, 0.0, 0.004, 0.4, 1.0, 2.0, 12.34, 1234.5):
        for sentence in said(feature, value, 1.0):
            assert not re.search(r"[{}#|−]|  ", sentence), sentence
            assert not re.search(r"\b1 (days|hours|Tage|Tagen|Stunden)\b", sentence), sentence
            assert not re.search(r"\b(only|nur|erst) 0(?![.,\d])", sentence), sentence
            assert sentence[:1] == sentence[:1].upper(), sentence


def test_a_company_that_lives_on_logins_reads_of_logins() -> None:
    features = {feature.name: feature for feature in catalogue(LOGINS, Features())}
    assert said(features["recency_login_days"], 9, 2) == (
        "No login for 9 days (typical here: 2)",
        "Seit 9 Tagen kein Login (üblich hier: 2)",
    )
    assert said(features["onboarding_login_first_days"], 9, 100) == (
        "First login only 9 days ago (typical here: 100)",
        "Erster Login erst vor 9 Tagen (üblich hier: 100)",
    )
    assert said(features["cadence_login_renewal_56"], 0.1, 0.5) == (
        "By the customer’s own rhythm the chance of another login within 56 days is only 10% (typical here: 50%)",
        "Nach dem eigenen Rhythmus nur mit 10 % Wahrscheinlichkeit binnen 56 Tagen wieder da (üblich hier: 50 %)",
    )
    words = [feature.reason.en + feature.reason.de for feature in features.values() if feature.reason]
    assert not [text for text in words if re.search(r"order|basket|purchase|Bestellung|Warenkorb|Einkauf", text)]


def test_a_silence_up_to_the_own_gap_is_no_broken_habit() -> None:
    feature = FEATURES["cadence_order_elapsed_over_median"]
    assert feature.reason is not None
    X = np.array([[0.7], [1.0], [1.04], [1.06], [2.3]])
    found = tellable(X, np.array([0.4]), [feature.reason.en], [feature.unit], [feature.direction])
    assert found[:, 0].tolist() == [False, False, False, True, True]  # as shown: 0.7, 1, 1, 1.1, 2.3


def test_missing_figures_are_never_told() -> None:
    told = [feature for feature in FEATURES.values() if feature.reason]
    templates = [feature.reason.en for feature in told if feature.reason]
    X = np.full((1, len(told)), np.nan)
    found = tellable(X, np.ones(len(told)), templates, [f.unit for f in told], [f.direction for f in told])
    assert not found.any()
