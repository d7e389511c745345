package dev.relevo.local.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LoopbackNetworkTest {
    /** Far from the numbers that are taken first, which other environments may take and leave meanwhile. */
    @Test
    void twoAtOnceHaveNoAddressInCommonAndOneThatComesBackGetsItsOwn() {
        int before;
        try (LoopbackNetwork one = LoopbackNetwork.take(121);
                LoopbackNetwork two = LoopbackNetwork.take(one.number() - 1);
                LoopbackNetwork three = LoopbackNetwork.take(one.number())) {
            before = two.number();
            assertThat(before).isNotEqualTo(one.number());
            assertThat(three.number()).isNotIn(one.number(), two.number());
            assertThat(one.services().contains(two.services().address(1))).isFalse();
        }
        try (LoopbackNetwork again = LoopbackNetwork.take(before)) {
            assertThat(again.number()).isEqualTo(before);
        }
    }

    @Test
    void itsPartsDoNotOverlap() {
        try (LoopbackNetwork network = LoopbackNetwork.take(0)) {
            for (AddressBlock part : new AddressBlock[] {network.services(), network.gateways(), network.pods()}) {
                String last = part.address(part.size() - 1);
                long having = java.util.stream.Stream.of(network.services(), network.gateways(), network.pods())
                        .filter(each -> each.contains(last) || each.contains(part.address(0)))
                        .count();
                assertThat(having).as(part + " " + last).isEqualTo(1);
            }
        }
    }

    @Test
    void aBlockKnowsItsAddresses() {
        AddressBlock block = AddressBlock.at("127.96.0.0", 300);
        assertThat(block.address(258)).isEqualTo("127.96.1.2");
        assertThat(block.indexOf("127.96.1.2")).isEqualTo(258);
        assertThat(block.contains("127.96.1.43")).isTrue();
        assertThat(block.contains("127.96.1.44")).isFalse();
        assertThat(block.contains("127.96.1.400")).isFalse();
        assertThat(block.contains("None")).isFalse();
        assertThatThrownBy(() -> AddressBlock.at("somewhere", 1))
                .hasMessageContaining("[somewhere] is no IPv4 address");
    }
}
