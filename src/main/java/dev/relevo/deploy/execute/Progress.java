package dev.relevo.deploy.execute;

import dev.relevo.report.Problem;

/** What a look at the cluster says about something that is waited for. */
sealed interface Progress {
    /** It is there. */
    record Done(String detail) implements Progress {}

    /**
     * Not yet. Whenever done, total or detail changes, the wait has come a step further.
     *
     * @param done how much of it is there
     * @param total of how much
     * @param unit what is counted
     * @param detail a few words
     */
    record Waiting(long done, long total, String unit, String detail) implements Progress {
        /** Whether this is further than that, or elsewhere. */
        boolean movedFrom(Waiting before) {
            return done != before.done || total != before.total || !detail.equals(before.detail);
        }
    }

    /** It will never be there. */
    record Hopeless(Problem cause) implements Progress {}
}
