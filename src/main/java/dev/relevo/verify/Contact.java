package dev.relevo.verify;

/** What came of knocking at a Service from outside. */
public sealed interface Contact {
    /** Somebody is there. */
    record Made() implements Contact {}

    /**
     * Nobody is there.
     *
     * @param why for the user
     */
    record None(String why) implements Contact {}

    /**
     * It could not be tried, so nothing is known.
     *
     * @param why for the user
     */
    record Unknown(String why) implements Contact {}
}
