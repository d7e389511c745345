package dev.relevo.deploy.release;

import java.util.Locale;

/** What became of a release. */
public enum ReleaseStatus {
    /** Begun and not ended; after a crash it stays so until the next deploy. */
    PENDING,
    /** The one that serves. */
    DEPLOYED,
    /** Served until a later one took over. */
    SUPERSEDED,
    /** Failed, and was not taken back. */
    FAILED,
    /** Failed, and the previous release was brought back. */
    ROLLED_BACK;

    /** The word as it is shown and stored. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static ReleaseStatus ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
