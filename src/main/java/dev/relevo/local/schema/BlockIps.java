package dev.relevo.local.schema;

import dev.relevo.local.network.AddressBlock;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of a block, lowest first.
 *
 * @param block all but its first and last are given
 */
record BlockIps(AddressBlock block) implements ClusterIps {
    @Override
    public Optional<String> allocate(Set<String> taken) {
        for (int i = 1; i < block.size() - 1; i++) {
            String address = block.address(i);
            if (!taken.contains(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean contains(String address) {
        return block.contains(address);
    }
}
