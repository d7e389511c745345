package dev.relevo.local.store;

/** A running watch; closing it ends the delivery, an event under way excepted. */
public interface Watch extends AutoCloseable {
    @Override
    void close();
}
