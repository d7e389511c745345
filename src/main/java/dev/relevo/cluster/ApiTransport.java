package dev.relevo.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** A way to send single requests to one API server, with the user's credentials. */
interface ApiTransport extends AutoCloseable {
    /**
     * One attempt: the server's answer, whatever its status.
     *
     * @param timeout for the whole answer
     * @throws ExecutionException when there is no connection, or no whole answer over it
     * @throws TimeoutException when there is no answer in time
     * @throws InterruptedException when this thread was interrupted; nobody waits for the answer any more
     */
    ApiResponse send(ApiRequest request, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException;

    /** A request to read, not sent yet; without an end in time. */
    ApiStream stream(String path);

    /** Ends what is under way. */
    @Override
    void close();
}
