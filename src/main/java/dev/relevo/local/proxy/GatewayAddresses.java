package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.network.AddressBlock;
import dev.relevo.local.store.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Gives each Gateway an address of its own out of a block, made from its name so that it stays the same. */
final class GatewayAddresses {
    private GatewayAddresses() {}

    /** Where the HTTP listeners of the Gateways are. */
    static List<Listening> listenings(Map<ObjectKey, ObjectNode> gateways, AddressBlock block) {
        List<Listening> listenings = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        new TreeMap<>(gateways).forEach((key, gateway) -> {
            int number = Math.floorMod((key.namespace() + "/" + key.name()).hashCode(), block.size());
            while ((block.first() + number & 0xff) == 0 || !taken.add(number)) {
                number = (number + 1) % block.size();
            }
            String address = block.address(number);
            Set<Integer> ports = new HashSet<>();
            for (JsonNode listener : gateway.path("spec").path("listeners")) {
                int port = listener.path("port").asInt();
                if (listener.path("protocol").asText().equals("HTTP") && ports.add(port)) {
                    listenings.add(new Listening(new PortKey(key, port), address, Protocol.HTTP));
                }
            }
        });
        return listenings;
    }
}
