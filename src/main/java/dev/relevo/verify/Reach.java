package dev.relevo.verify;

import dev.relevo.cluster.KubeObject;
import java.io.IOException;

/** The way from here to a Service or pod in the cluster. */
public interface Reach {
    /**
     * Sends the request.
     *
     * @param target a live Service or Pod
     * @throws IOException when no answer came; its message says why, for the user
     */
    HttpReply send(KubeObject target, HttpAsk ask) throws IOException, InterruptedException;
}
