package dev.relevo.verify;

import dev.relevo.cluster.KubeObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The way from here to a Service or pod in the cluster. */
public interface Reach {
    /**
     * Sends the request.
     *
     * @param target a live Service or Pod
     * @throws IOException when no answer came; its message says why, for the user
     */
    HttpReply send(KubeObject target, HttpAsk ask) throws IOException, InterruptedException;

    /** Where the requests of a live HTTPRoute or Ingress come in. */
    default Entry entry(KubeObject route) {
        return new Entry.Unknown("it cannot be told from here where requests come in");
    }

    /**
     * Sends the request to where it comes in.
     *
     * @throws IOException when no answer came; its message says why, for the user
     */
    default HttpReply send(Entry.At entry, HttpAsk ask) throws IOException, InterruptedException {
        throw new IOException("no way to " + entry.base());
    }

    /**
     * Whether anybody answers behind a Service, whatever the answer is.
     *
     * @param timeout of the attempt
     */
    default Contact contact(KubeObject service, Duration timeout) throws InterruptedException {
        try {
            HttpReply reply = send(service, HttpAsk.get("/", Optional.empty(), timeout));
            return reply.status() < 502 || reply.status() > 504
                    ? new Contact.Made()
                    : new Contact.None("a proxy answers " + reply.status());
        } catch (IOException e) {
            return new Contact.None(String.valueOf(e.getMessage()));
        }
    }
}
