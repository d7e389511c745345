package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A store in which the first status of a pod is written just while an event comes to be recorded: the status waits until the
 * event is on its way, and the event until the status is made.
 */
final class MeetingStore {
    /** A status that needs what the event's thread holds is not made before the event gives up. */
    private static final int PATIENCE_SECONDS = 20;

    private final String reason;
    private final CountDownLatch eventCame = new CountDownLatch(1);
    private final CountDownLatch statusMade = new CountDownLatch(1);
    private final CompletableFuture<Boolean> met = new CompletableFuture<>();

    /** @param reason of the event that meets the status */
    MeetingStore(String reason) {
        this.reason = reason;
    }

    /** Whether the status was made while the event waited; waits until that is known. */
    boolean met() throws Exception {
        return met.get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    ObjectStore over(ObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create") && isTheEvent((JsonNode) arguments[2])) {
                        eventCame.countDown();
                        met.complete(statusMade.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
                    }
                    if (method.getName().equals("modifyStatus")
                            && ((ObjectKey) arguments[0]).type().equals(ResourceTypes.POD)) {
                        eventCame.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        arguments[2] = noticed(arguments[2]);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private boolean isTheEvent(JsonNode object) {
        return object.path("reason").asText().equals(reason);
    }

    @SuppressWarnings("unchecked")
    private UnaryOperator<ObjectNode> noticed(Object change) {
        return pod -> {
            ObjectNode changed = ((UnaryOperator<ObjectNode>) change).apply(pod);
            statusMade.countDown();
            return changed;
        };
    }
}
