package dev.relevo.local.store;

/** A running watch; closing it ends the delivery, an event under way excepted. */
public interface Watch extends AutoCloseable {
    /** Delivers a bookmark once everything up to the present version has been delivered. */
    void requestBookmark();

    @Override
    void close();
}
