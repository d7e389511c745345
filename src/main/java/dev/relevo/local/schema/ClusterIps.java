package dev.relevo.local.schema;

import dev.relevo.local.network.AddressBlock;
import java.util.Optional;
import java.util.Set;

/** Gives Services their addresses. */
public interface ClusterIps {
    /**
     * A free address.
     *
     * @param taken the addresses that Services have
     * @return empty when all are taken
     */
    Optional<String> allocate(Set<String> taken);

    /** Whether a Service may ask for this address. */
    boolean contains(String address);

    /** The loopback network {@code 127.96.0.0/16}: every address can be bound on the machine without set-up. */
    static ClusterIps loopback() {
        return of(AddressBlock.at("127.96.0.0", 1 << 16));
    }

    /** The addresses of a block. */
    static ClusterIps of(AddressBlock block) {
        return new BlockIps(block);
    }
}
