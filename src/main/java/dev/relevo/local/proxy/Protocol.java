package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;

/** How the traffic of a port is forwarded. */
enum Protocol {
    /** Request by request. */
    HTTP,
    /** Connection by connection, the bytes as they are. */
    TCP;

    private static final Set<String> REQUEST_PROTOCOLS = Set.of("http", "web", "ws", "api", "rest", "metrics");
    private static final Set<String> BYTE_PROTOCOLS = Set.of(
            "tcp",
            "tls",
            "https",
            "postgres",
            "postgresql",
            "pg",
            "redis",
            "mysql",
            "mariadb",
            "mongo",
            "mongodb",
            "kafka",
            "amqp",
            "mqtt",
            "grpc",
            "h2c",
            "http2",
            "ssh",
            "smtp",
            "ldap",
            "jdbc",
            "memcached");
    /** Ports that belong to other protocols than HTTP, where neither name nor application protocol says more. */
    private static final Set<Integer> BYTE_PORTS = Set.of(
            22, 25, 389, 443, 636, 1433, 1521, 1883, 3306, 5432, 5672, 6379, 6443, 8443, 9042, 9092, 11211, 27017);

    /**
     * The protocol of a Service's port: what {@code appProtocol} says, else what the first word of its name says, else what
     * its target port is known for, else HTTP.
     */
    static Protocol of(JsonNode servicePort) {
        String application = servicePort.path("appProtocol").asText("").toLowerCase(Locale.ROOT);
        if (!application.isEmpty()) {
            return application.equals("http") || application.equals("kubernetes.io/ws") ? HTTP : TCP;
        }
        String name =
                servicePort.path("name").asText("").toLowerCase(Locale.ROOT).split("-", 2)[0];
        if (REQUEST_PROTOCOLS.contains(name)) {
            return HTTP;
        }
        if (BYTE_PROTOCOLS.contains(name)) {
            return TCP;
        }
        JsonNode target = servicePort.path("targetPort");
        boolean knownPort =
                BYTE_PORTS.contains(target.asInt(servicePort.path("port").asInt()))
                        || BYTE_PORTS.contains(servicePort.path("port").asInt());
        boolean knownName = BYTE_PROTOCOLS.contains(target.asText("").toLowerCase(Locale.ROOT));
        return knownPort || knownName ? TCP : HTTP;
    }
}
