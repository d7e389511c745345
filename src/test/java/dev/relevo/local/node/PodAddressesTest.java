package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.relevo.local.network.LoopbackNetwork;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodAddressesTest {
    private final LoopbackNetwork network = LoopbackNetwork.take(0);
    private final PodAddresses addresses = new PodAddresses(network.pods());

    @BeforeEach
    void onlyWherePodsHaveAddressesOfTheirOwn() throws Exception {
        assumeTrue(!addresses.allocate("probe", List.of()).ip().equals("127.0.0.1"), "this system has 127.0.0.1 only");
        addresses.release("probe");
    }

    @AfterEach
    void giveTheNetworkBack() {
        network.close();
    }

    @Test
    void an_address_on_whose_port_somebody_still_listens_is_given_to_nobody() throws Exception {
        String next = network.pods()
                .address(network.pods()
                                .indexOf(addresses.allocate("a", List.of()).ip())
                        + 1);
        try (ServerSocket leftOver = new ServerSocket(0, 1, InetAddress.getByName(next))) {
            int port = leftOver.getLocalPort();

            List<String> given = IntStream.range(0, 5)
                    .mapToObj(i -> allocate("pod-" + i, port))
                    .toList();

            assertThat(given).doesNotContain(next).doesNotHaveDuplicates();
        }
    }

    @Test
    void an_address_goes_to_others_once_its_pod_is_gone_and_stays_until_then() throws Exception {
        String mine = allocate("a", 8080);

        assertThat(allocate("a", 8080)).isEqualTo(mine);
        assertThat(allocate("b", 8080)).isNotEqualTo(mine);
    }

    private String allocate(String uid, int port) {
        try {
            return addresses.allocate(uid, List.of(port)).ip();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
