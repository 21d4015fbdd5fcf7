"""The texts in English."""

from __future__ import annotations

EN: dict[str, str] = {
    # the list
    "list_title": "Customers at risk of leaving",
    "as_of": "As of {day}",
    "customers_listed": "{n} customers",
    "customer_listed": "1 customer",
    "nobody": "Nobody is on this list: there is no customer to contact, or none who may be contacted.",
    "how_to_read": "How to read this list",
    "meaning": "A probability of 30\u202f% means: of ten such customers, about three will {leave} between {start} "
    "and {end}.",
    "leave_contract": "give notice or let their contract end",
    "leave_silence": "have no {kinds}",
    "leave_silence_any": "show no activity at all",
    "expected": "If the probabilities hold, this will be so for about {leaving} of the {n} customers on this list.",
    "expected_few": "If the probabilities hold, this will be so for hardly any of the {n} customers on this list.",
    "quality_list": "How good are they? In a test on later dates that the model had not been trained on, {ours} "
    "of 100 customers on lists of the {n} with the highest probability really left. By the simple rule "
    "that is best at this, “{name}”, it would have been {rule}.",
    "quality_by_value": "This list goes by value, too: of 100 on lists of the {n} with the highest value at risk "
    "{left} left.",
    "quality_base": "Of 100 customers picked at random, {base} left.",
    "order_meaning": "The list begins where a contact should bring most. Its expected net value is the chance that it "
    "helps × the value at risk − its cost; value at risk is the probability × the margin expected in {days} days.",
    "order_negative": "Where it is negative, the contact costs more than it should bring.",
    "order_value": "The list begins with the greatest value at risk: the probability × the margin expected in {days} "
    "days.",
    "order_probability": "The list begins with the customers most likely to leave.",
    "failed_title": "This model failed its check – do not act on its list",
    "failed_text": "On later dates it was not reliably better than the simple rule “{name}”, "
    "or not better than chance, or what it learnt did not hold over time, or it is too good to be true. Its "
    "probabilities and reasons may mislead.",
    "open_title": "Nothing is proved yet",
    "open_text": "No outcome is closed early enough to train a model and to test it. The probabilities and reasons "
    "come from each customer’s own rhythm alone. When the data reach {day} a model will be trained and tested.",
    "small_leavers": "Little can be known yet: only {n} customers left on the dates that were learnt from. With "
    "so few, one simple model is fitted and no other is tried, and the figures below can be believed within their "
    "wide intervals only.",
    "small_no_folds": "No models were compared on earlier dates, so it is of the kind that is taken without "
    "such a proof, and its probabilities were not corrected.",
    "small_one_fold": "There was only one earlier date to choose the model on, so the choice is less sure.",
    "small_folds": "There were only {n} earlier dates to choose the model on, so the choice is less sure.",
    "tested_on_none": "Nothing could be tested yet.",
    "passed_title": "The model passed its check",
    "passed_text": "On later dates it ranked the customers reliably better than the simple rule “{name}” (by AUROC).",
    "search": "Search",
    "search_hint": "Name, number, reason …",
    "all": "all",
    "reset": "Reset",
    "shown": "{shown} of {total} shown",
    "nothing_found": "No customer matches. Change the search or the filters.",
    "sort_by": "Sort by",
    "col_rank": "Rank",
    "col_customer": "Customer",
    "col_customer_id": "Customer number",
    "col_probability": "Probability",
    "col_value": "Value at risk",
    "col_reasons": "Reasons",
    "col_reason": "Reason {k}",
    "col_play": "What to do",
    "col_due": "By",
    "col_tier": "Service",
    "col_segment": "Segment",
    "col_net": "Expected net value",
    "col_as_of": "As-of date",
    "col_model": "Model version",
    "costs_more": "Costs more than it should bring",
    "no_reason": "no single clear reason",
    "model_version": "Model {version}",
    "made_with": "Made with bleib",
    # the workbook
    "sheet_list": "List",
    "sheet_read_me": "Read me",
    "column": "Column",
    "explained": "Meaning",
    "about_rank": "1 is the most urgent.",
    "about_customer": "Name as in the customer table; the number where there is none.",
    "about_customer_id": "The customer's number, kept as text: leading zeros and long numbers stay as they are.",
    "about_probability": "Probability that the customer leaves between {start} and {end}.",
    "about_value": "Probability × the margin expected in {days} days, in {currency}.",
    "about_reason": "What speaks for leaving, strongest first, with the customer's own figures.",
    "about_play": "What the team can do about one of the reasons: the play that should bring most.",
    "about_due": "By when.",
    "about_tier": "Who looks after the customer.",
    "about_segment": "The company's own customer segment.",
    "about_net": "Chance that the contact helps × value at risk − its cost, in {currency}. Negative: the contact costs "
    "more than it should bring.",
    "about_as_of": "The day on which the list was drawn up; nothing that became known later is in it.",
    "about_model": "Which model made the list.",
    "page_of": "Page &P of &N",
    # the report
    "report_title": "Churn report",
    "contents": "Contents",
    "section_quality": "How good the model is",
    "section_reasons": "What moves the risk",
    "section_figures": "Key figures",
    "section_data": "The data",
    "section_definitions": "Definitions",
    "tested_on": "Tested on {n} snapshots of {customers} customers on {dates}. The model was trained on earlier dates "
    "only, whose outcomes were known before the first of these; the customers may be the same. "
    "{churned} snapshots ({base}), of {leavers} customers, ended with the customer leaving.",
    "fact_gain": "Gain in AUROC over the rule “{name}”: {figure}.",
    "fact_auroc": "AUROC: {figure} (0.5 is chance, 1 is perfect).",
    "fault_gain": "It does not beat the simple rule for sure: the gain in AUROC is {figure}; all of the interval has "
    "to lie above {least}.",
    "fault_auroc": "It cannot be told from chance: the AUROC is {figure}, and 0.5 is chance.",
    "fault_unstable": "It is unstable: of the dates on which it was chosen and tested, in the order of time, the AUROC "
    "lies below 0.5 on some and above on others ({figures}).",
    "fault_folds": "It cannot be told from chance on the earlier dates on which it was chosen: the AUROC there is "
    "{figure}.",
    "fault_leak": "It is too good to be true: the AUROC is {figure}. Probably a feature tells what was filled in when "
    "customers had left.",
    "tile_precision": "really left, of those on these lists",
    "tile_recall": "of all who left were on these lists",
    "tile_lift": "as many leavers as in a list picked at random",
    "tile_auroc": "AUROC",
    "interval": "95\u202f% interval {low} to {high}",
    "comparison": "Compared with simple rules",
    "comparison_note": "All figures on the same later dates; in brackets the 95\u202f% interval over resampled "
    "customers. The "
    "best value of each line is bold. Rules that only rank have no probabilities.",
    "metric": "Figure",
    "metric_precision": "Left, of those on the list (precision)",
    "metric_recall": "On the list, of those who left (recall)",
    "metric_lift": "Lift over a random list",
    "metric_average_precision": "Average precision",
    "metric_auroc": "AUROC",
    "metric_auroc_gain": "AUROC less the rule’s",
    "metric_auroc_over_rest": "AUROC less the others’",
    "metric_log_loss": "Log loss (lower is better)",
    "metric_brier": "Brier score (lower is better)",
    "metric_calibration_slope": "Calibration slope (1 is right)",
    "metric_calibration_intercept": "Calibration intercept (0 is right)",
    "metric_observed_expected": "Observed ÷ expected (1 is right)",
    "metric_base_rate": "Left",
    "model_bleib": "bleib",
    "model_recency": "Longest silence first",
    "model_renewal": "Nearest renewal first",
    "model_rfm_logistic": "RFM logistic regression",
    "model_bg_nbd": "BG/NBD",
    "segment": "Segment",
    "snapshots": "Snapshots",
    "by_segment": "Segment",
    "by_region": "Region",
    "by_tenure": "Customer for",
    "by_activity": "Events per 30 days",
    "by_value": "Margin to come",
    "unit_tenure": "days",
    "span_under": "under {end}",
    "span_between": "{start} to under {end}",
    "span_over": "{start} or more",
    "group": "Group",
    "date": "Date",
    "ranking": "Ranking",
    "left_on_list": "Left, of bleib’s {n}",
    "left_on_rules_list": "Left, of the rule’s {n}",
    "auroc_of_rule": "AUROC of the rule",
    "question_rule": "Did it beat the simple rule? How many on a list of {n} really left?",
    "answer_rule": "On every test date a list of the {n} customers with the highest probability was drawn up. Of "
    "100 customers on these lists, {ours} really left. Of 100 on lists by the simple rule "
    "that is best at this, “{name}”, it would have been {rule}; of 100 picked at random, {base}.",
    "answer_rule_order": "The list that people get is ordered by what a contact should bring. How many leave of those "
    "on lists by value at risk stands under “{money}”",
    "question_belief": "Can I believe “30\u202f%”?",
    "answer_belief_far": "No tested customer had a probability near 30\u202f% (they lay between {lowest} and "
    "{highest}), so the test says nothing of “30\u202f%” itself.",
    "answer_belief": "The tested customers were put into ten groups of equal size by their probability. The group "
    "nearest to 30\u202f% had probabilities from {lowest} to {highest}, {predicted} on average. In {churned} of its "
    "{n} snapshots the customer left, {observed} (95\u202f% interval {low} to {high}).",
    "answer_belief_lists": "Of the customers on lists of {n} the model said that {predicted} would leave, and "
    "{observed} did (95\u202f% interval {low} to {high}).",
    "level_right": "On the whole the number who left does not differ from the predicted one beyond chance: "
    "observed ÷ expected is {figure}.",
    "level_too_high": "On the whole fewer left than predicted: observed ÷ expected is {figure}. The probabilities are "
    "too high; their order may still be good.",
    "level_too_low": "On the whole more left than predicted: observed ÷ expected is {figure}. The probabilities are "
    "too low; their order may still be good.",
    "question_weak": "For whom is it weak?",
    "answer_weak_rest": "Among these customers it surely ranks less well than among the others (AUROC less the "
    "others’): {groups}. Trust the order of the list less there; customers who resemble each other are harder to rank, "
    "for any rule. By chance alone one group in forty would be.",
    "answer_weak_rest_nowhere": "In none of the groups below does it surely rank less well than among the other "
    "customers.",
    "answer_weak_rule": "In these groups it is not sure that it ranks better than the rule “{name}” (AUROC less the "
    "rule’s): {groups}. The rule may serve as well there, or too few were tested to tell.",
    "answer_weak_rule_nowhere": "In each of the groups below it surely ranks better than the rule “{name}”.",
    "answer_groups_shown": "Groups in which too few customers left, or too few stayed, are not shown.",
    "answer_level_groups": "For these groups the probabilities are off (observed ÷ expected): {groups}. By "
    "chance alone one group in twenty would be.",
    "answer_no_groups": "There are too few tested customers to tell groups apart.",
    "question_dates": "How did it do on each date in the past?",
    "answer_dates": "On the {n} test dates its AUROC was between {low} and {high}.",
    "answer_folds": "Before that it was tried on {n} earlier dates, each time trained on what lay before: the "
    "AUROC was between {low} and {high}. The model was chosen there.",
    "while_choosing": "{day}, while choosing",
    "plot_dates_curve": "Do more dates in the past help?",
    "note_dates_curve": "AUROC on the newest of the earlier dates, by how many dates the decision trees (of one seed) "
    "learn from.",
    "axis_training_dates": "training dates",
    "answer_one_date": "There is only one test date: whether the quality holds over time cannot be told yet.",
    "answer_dates_rule": "The rule in the table is “{name}”.",
    "question_money": "What is the list worth?",
    "answer_money": "A list of {n} customers ordered by value at risk would have brought {by_value} on an average "
    "test date; ordered by probability alone {ours}, and by the rule “{name}” {rule}.",
    "answer_captured": "The best list that anybody could have drawn up, knowing who would leave, brings more: ordered "
    "by value at risk ours reaches {share} of it.",
    "money_assumed": "This is arithmetic on assumptions, not a measured effect: a contact costs {cost} and keeps "
    "{success} of those who would leave (means over the plays for whose reasons there are data), and whoever is kept "
    "brings the margin expected in {days} days. The weekly list takes cost and success of each customer’s own play "
    "instead, so its net values do not add up to these figures.",
    "note_profit": "What is left of the margin kept after the cost of the contacts, by how many customers are "
    "contacted.",
    "axis_profit": "profit of the list",
    "plot_profit": "How many contacts pay?",
    "money_at_capacity": "The list brings",
    "money_captured": "Share of the best possible list",
    "money_left": "Left, of those on it",
    "answer_empulse": "EMPC per customer: what the ranking would earn the company for every tested customer on average "
    "if just as many were contacted as pays best and all were worth the mean margin. EMPB per customer: the same with "
    "each customer’s own margin.",
    "money_empc": "EMPC per customer",
    "money_empb": "EMPB per customer",
    "model_bleib_by_value": "bleib, by value at risk",
    "question_whole_base": "A figure to be wary of",
    "answer_whole_base": "Inflated: if everybody who was ever seen were tested ({n} snapshots, {base} “left”), "
    "the simple rule alone would have an AUROC of {inflated}. Among the customers who can still be lost it is "
    "{honest}. Most of the others left long ago, which needs no model. Never compare such a figure with those on "
    "this page.",
    "plot_reliability": "Do the probabilities hold?",
    "plot_gain": "How many of those who leave does a list reach?",
    "plot_precision": "How many of those on a list leave?",
    "plot_dates": "Does the quality hold over time?",
    "plot_base_rate": "How many left, by as-of date",
    "plot_importance": "What moves the score, by family",
    "plot_beeswarm": "The most important features, customer by customer",
    "plot_churn": "Churn rate by month",
    "plot_retention": "Still there, by sign-up cohort",
    "plot_nps": "Net promoter score by month",
    "plot_repeat": "Repeat rate by month",
    "axis_predicted": "predicted probability",
    "axis_observed": "share that left",
    "axis_contacted": "share of customers contacted",
    "axis_reached": "share of leavers reached",
    "axis_left": "share of those contacted who left",
    "axis_auroc": "AUROC",
    "axis_share": "customers lost, %",
    "axis_contribution": "mean absolute contribution (log-odds)",
    "axis_still": "still customers, %",
    "axis_nps": "NPS",
    "axis_repeat": "% of the month's active customers",
    "line_perfect": "right",
    "line_chance": "at random",
    "line_lists": "bleib, lists of {n}",
    "cohort_is_everybody": "Everybody who was ever seen is in the test, however long ago the last event was. If many "
    "left long ago, which needs no model, all figures on this page are inflated; a smaller churn.active_days in "
    "params.yaml looks at the customers who can still be lost.",
    "note_reliability": "Each dot is a tenth of the tested customers. Dots on the line: as many left as the "
    "probability said.",
    "note_gain": "Higher is better: the share of all leavers whom the team reaches when it contacts that share "
    "of customers.",
    "note_precision": "Precision and recall: the longer the list, the more leavers it reaches and the smaller "
    "the share of those on it who leave. Higher is better.",
    "note_base_rate": "Share of the cohort that left in its outcome window, for every as-of date whose window "
    "is closed.",
    "note_importance": "Mean strength with which each family moves the score of the customers of {day}, up or down.",
    "note_beeswarm": "Each dot is a customer; to the right it raises the risk; dark is a high value of the feature, "
    "grey none at all.",
    "note_figures": "Only calendar months wholly inside the data, and without customers for whom it ended otherwise "
    "in the period (a death, say): they are neither lost nor kept. Churn rate: customers lost in the period ÷ "
    "customers at its start × 100; retention is 100\u202f% less the churn rate of the same customers. Repeat rate: "
    "of the customers active in the period (an order, a login, whatever counts as activity here), the share that was "
    "so more than once. NPS is not shown under 30 answers.",
    "note_silence_month": "A customer counts as lost in the month in which the silence reaches {days} days, or in "
    "which they are known to leave.",
    "note_contract_month": "A customer counts as lost in the month in which notice is given for the last "
    "running contract, or in which it ends without one.",
    "note_clv": "CLV is the expected margin over {months} months: Σ margin × survival probability, "
    "discounted at {rate} a year, at the pace of the twelve months before.",
    "note_retention": "From the first month that the data show of each cohort, at its monthly retention; "
    "months with under 30 customers are "
    "left out.",
    "figure_churn_rate": "Churn rate",
    "figure_retention_rate": "Retention",
    "figure_repeat_purchase_rate": "Repeat rate",
    "figure_nps": "NPS",
    "figure_clv": "CLV ({months} months)",
    "figures_month": "By month",
    "figures_segment": "By segment, {period}",
    "figures_cohort": "By sign-up cohort, {period}",
    "month": "Month",
    "cohort": "Signed up",
    "at_start": "Customers at start",
    "everybody": "All",
    "data_span": "The data are complete from {first} up to and including {last}.",
    "data_how": "End of the data:",
    "data_counts": "Every raw row is counted once: in = taken over + quarantined + filtered + merged.",
    "source": "Source",
    "table": "Table",
    "rows_in": "Rows in",
    "rows_out": "Taken over",
    "quarantined": "Quarantined",
    "filtered": "Filtered",
    "merged": "Merged",
    "total": "Total",
    "faults": "What was wrong with the rows in quarantine",
    "observations": "Contradictions between tables (rows kept)",
    "column_at_fault": "Column",
    "found": "Found",
    "rows": "Rows",
    "examples": "Examples",
    "remedy": "What to do",
    "files": "{first} … {last} ({n} files)",
    "definition_contract": "A customer has left when notice is given for the last running contract in the "
    "outcome window, or when it ends there without one.",
    "definition_silence": "A customer has left when there is no qualifying event ({kinds}) in the whole "
    "outcome "
    "window.",
    "any_kind": "any",
    "competing": "Other ends ({names}) count neither as leaving nor as staying.",
    "term_cohort": "Who is looked at",
    "cohort_contract": "Customers with a running contract and no known notice on the as-of date: {n} customers.",
    "cohort_silence": "Customers who were active in the {days} days before the as-of date and are not known to "
    "leave: {n} customers.",
    "term_churned": "What leaving means",
    "term_as_of": "As-of date of the list",
    "term_lead": "Lead",
    "term_window": "Outcome window",
    "term_train": "Trained on",
    "term_test": "Tested on",
    "term_refit": "Model of the list",
    "trained_again": "trained again in the same way on {dates}",
    "term_settings": "Settings of the model",
    "settings_params": "as in params.yaml",
    "settings_search": "found by a search on earlier dates, instead of those in params.yaml",
    "term_version": "Model version",
    "day": "{n} day",
    "days": "{n} days",
    "window": "{start} up to and including {end} ({n} days)",
    "dates_one": "one as-of date, {day}",
    "dates_span": "{n} as-of dates, {first} to {last}",
    "and": "and",
    "or": "or",
    "family_recency": "Recency",
    "family_frequency": "Frequency",
    "family_cadence": "Own rhythm",
    "family_value": "Value",
    "family_tickets": "Service tickets",
    "family_complaints": "Complaints",
    "family_satisfaction": "Satisfaction",
    "family_onboarding": "Onboarding",
    "family_price": "Price",
    "family_payments": "Payments",
    "family_loyalty": "Loyalty points",
    "family_contract": "Contract",
    "family_engagement": "Engagement",
}
