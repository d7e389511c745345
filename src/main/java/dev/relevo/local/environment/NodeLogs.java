package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.PodLogs;
import dev.relevo.local.node.LogQuery;
import dev.relevo.local.node.Node;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Instant;

/** Gives the API server the logs that the node has. */
final class NodeLogs implements PodLogs {
    private final ObjectStore store;
    private final Node node;

    NodeLogs(ObjectStore store, Node node) {
        this.store = store;
        this.node = node;
    }

    @Override
    public void write(Query query, OutputStream to) throws IOException {
        ObjectKey key = ResourceTypes.POD.key(query.namespace(), query.pod());
        ObjectNode pod = store.get(key).orElseThrow(() -> ApiError.notFound(key));
        LogQuery wanted = new LogQuery(
                query.follow(),
                query.timestamps(),
                query.tailLines(),
                query.sinceSeconds().map(seconds -> Instant.now().minusSeconds(seconds)),
                query.limitBytes());
        try {
            node.copyLog(pod, query.container(), query.previous(), wanted, to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The log of [" + query.pod() + "] was cut off");
        }
    }
}
