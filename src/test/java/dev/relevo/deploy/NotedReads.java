package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** A connection that notes which kinds are listed, watched and followed, e.g. {@code list EndpointSlice}. */
public final class NotedReads {
    private final List<String> reads = new ArrayList<>();
    private final Cluster cluster;

    public NotedReads(Cluster noted) {
        this.cluster = (Cluster) Proxy.newProxyInstance(
                NotedReads.class.getClassLoader(), new Class<?>[] {Cluster.class}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Kind kind) {
                        reads.add(method.getName() + " " + kind.name());
                    }
                    try {
                        return method.invoke(noted, arguments);
                    } catch (InvocationTargetException refused) {
                        throw refused.getCause();
                    }
                });
    }

    public Cluster cluster() {
        return cluster;
    }

    /** What was read since the last time. */
    public List<String> taken() {
        List<String> taken = List.copyOf(reads);
        reads.clear();
        return taken;
    }
}
