package dev.relevo.local.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Reads from a Service or Gateway where its ports answer that could not be bound as they are. */
public final class StandIns {
    /** The ports that stand in for those that could not be bound, as JSON from port to {@code host:port}. */
    public static final String ANNOTATION = "local.relevo.dev/addresses";

    private static final ObjectMapper JSON = new ObjectMapper();

    private StandIns() {}

    /** What stands in for a port; empty when the port answers itself. */
    public static Optional<InetSocketAddress> of(JsonNode owner, int port) {
        String address = all(owner).path(Integer.toString(port)).asText("");
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("\\d{1,5}")) {
            return Optional.empty();
        }
        int number = Integer.parseInt(address.substring(colon + 1));
        return number > 0 && number < 65_536
                ? Optional.of(InetSocketAddress.createUnresolved(address.substring(0, colon), number))
                : Optional.empty();
    }

    private static JsonNode all(JsonNode owner) {
        try {
            return JSON.readTree(
                    owner.path("metadata").path("annotations").path(ANNOTATION).asText(""));
        } catch (JsonProcessingException e) {
            // Only the proxy writes it; what anybody else writes there leads nowhere.
            return MissingNode.getInstance();
        }
    }
}
