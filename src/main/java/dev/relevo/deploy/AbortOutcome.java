package dev.relevo.deploy;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an abort has come to.
 *
 * @param withdrawn the release that was taken back; empty when there was nothing to take back
 * @param serves the release that serves now, if any does
 * @param by who took it back
 */
public record AbortOutcome(OptionalInt withdrawn, OptionalInt serves, Hand by) {
    /** Who takes a release back. */
    public enum Hand {
        /** The deploy itself, as it was asked to. */
        THE_DEPLOY,
        /** The one who asked, because no deploy was alive. */
        THE_ASKER,
        /** Nobody: there was nothing to do. */
        NOBODY;

        /** The word as it is shown. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** For people. */
    public String sentence() {
        Optional<String> now =
                serves.isPresent() ? Optional.of("release " + serves.getAsInt() + " serves") : Optional.empty();
        String end = now.map(text -> "; " + text).orElse("");
        return switch (by) {
            case THE_DEPLOY -> "the deploy took release " + withdrawn.orElseThrow() + " back" + end;
            case THE_ASKER ->
                withdrawn.isPresent()
                        ? "release " + withdrawn.getAsInt() + " was taken back, which no deploy did any more" + end
                        : "what a deploy had left was taken back" + end;
            case NOBODY -> "nothing to take back" + end;
        };
    }
}
