"""The versioned settings of this room (DESIGN 3)."""

import os

from tagwork.kit.settings import declare

declare("work.lease_shortest_seconds", 600, "A lease lasts at least this long.")
declare("work.lease_medians", 10, "A lease lasts this many times the project's median time, if that is longer.")
declare("work.lease_longest_seconds", 3600, "A lease, with all its renewals, lasts at most this long (pauses apart).")
declare("work.heartbeat_seconds", 45, "How often an open workbench says that somebody is at work.")
declare("work.grace_seconds", 1800, "An answer handed in this long after its lease ended still counts, if wanted.")
declare("work.live_leases", 10, "The most tasks one worker may hold at a time.")
declare("work.pause_longest_seconds", 900, "The longest break that pauses a lease.")
declare("work.shift_idle_hours", 4, "A claim after this many idle hours starts a new shift.")
declare("work.skip_window", 100, "The skip rate is counted over the last so many finished tasks.")
declare("work.skip_free_percent", 15, "Skipping up to this share is free of any effect.")
declare("work.skip_throttle_percent", 30, "Above this share fewer tasks are offered for a day.")
declare("work.skip_counts_from", 20, "The skip rate has no effect before so many finished tasks.")
declare("work.throttled_claims_per_hour", 20, "What a throttled worker may still take in an hour.")
declare("work.release_ahead_slots", 500, "How many answer slots of a project are kept paid for and open.")
declare("work.assists_per_minute", 40, "How often a minute a worker may ask the server for help with a mark.")
declare("work.assist_seconds", 5, "Help with a mark that takes longer than so many seconds is given up.")
declare(
    "work.assists_at_once",
    max(1, (os.cpu_count() or 2) - 1),
    "So many questions for help with a mark are worked on at once on a machine; one processor is left to the pages.",
)
declare("quality.auto_approve_hours", 72, "Without a verdict an answer is approved after this many hours.")
