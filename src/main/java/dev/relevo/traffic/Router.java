package dev.relevo.traffic;

/**
 * What decides which version a request goes to. A router knows where the decision is kept and how to change it; it does
 * not talk to the cluster.
 */
public sealed interface Router permits ServiceSelector, HttpRoute, IngressCanary, ReplicaRatio {
    /**
     * The share that the candidate really gets when this one is asked for.
     *
     * @param percent 0 to 100
     */
    Share share(int percent);

    /** What is changed, for messages, e.g. {@code Service/clients}. */
    String subject();
}
