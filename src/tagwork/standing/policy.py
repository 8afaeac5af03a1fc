"""The versioned settings of this room (DESIGN 3)."""

from tagwork.kit.settings import declare

declare("standing.window", 50, "Accuracy is counted over the last so many checked answers.")
declare("standing.act_after", 10, "Accuracy has no effect before so many checked answers.")
declare("standing.warn_below_percent", 80, "Below this accuracy: a warning.")
declare("standing.retrain_below_percent", 70, "Below this accuracy: repeat the lesson of the task type.")
declare("standing.pause_below_percent", 60, "Below this accuracy: a pause from the task type.")
declare("standing.pause_days", 3, "How long such a pause lasts.")
declare("standing.throttle_hours", 24, "How long fewer tasks are offered after far too much skipping.")
declare("standing.fraud_freeze_days", 14, "How long a named person may freeze pending pay on suspicion of fraud.")
