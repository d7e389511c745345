package dev.relevo.cluster;

import java.io.IOException;
import java.io.InputStream;

/** One request whose answer is read as it comes, for as long as the server likes. */
interface ApiStream extends AutoCloseable {
    /**
     * Sends the request, and waits for the beginning of the answer.
     *
     * @return its status
     */
    int open() throws IOException, InterruptedException;

    /** What follows; only after {@link #open}. */
    InputStream body() throws IOException;

    /** Ends it, from any thread: who waits in it gets an exception at once. */
    @Override
    void close();
}
