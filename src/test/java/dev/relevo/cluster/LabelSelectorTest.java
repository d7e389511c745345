package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
    private static final LabelSelector ALL = LabelSelector.of(Map.of());
    private static final LabelSelector EITHER = LabelSelector.in("example.com/tier", Set.of("b", "a"));

    @Test
    void it_is_written_as_the_api_takes_it() {
        assertThat(ALL.text()).isEmpty();
        assertThat(LabelSelector.of(Map.of("tier", "", "app", "web")).text()).isEqualTo("app=web,tier=");
        assertThat(EITHER.text()).isEqualTo("example.com/tier in (a,b)");
        assertThat(LabelSelector.in("tier", Set.of("a")).text()).isEqualTo("tier=a");
    }

    @Test
    void an_object_must_have_all_of_the_labels() {
        LabelSelector both = LabelSelector.of(Map.of("app", "web", "tier", "a"));

        assertThat(both.matches(Map.of("app", "web", "tier", "a", "more", "x"))).isTrue();
        assertThat(both.matches(Map.of("app", "web"))).isFalse();
        assertThat(both.matches(Map.of("app", "web", "tier", "b"))).isFalse();
        assertThat(EITHER.matches(Map.of("example.com/tier", "b"))).isTrue();
        assertThat(EITHER.matches(Map.of("example.com/tier", "c"))).isFalse();
        assertThat(ALL.matches(Map.of())).isTrue();
    }

    @Test
    void one_covers_another_that_means_nothing_besides() {
        LabelSelector one = LabelSelector.in("example.com/tier", Set.of("a"));

        assertThat(EITHER.covers(one)).isTrue();
        assertThat(one.covers(EITHER)).isFalse();
        assertThat(ALL.covers(EITHER)).isTrue();
        assertThat(EITHER.covers(ALL)).isFalse();
        assertThat(one.covers(LabelSelector.of(Map.of("example.com/tier", "a", "app", "web"))))
                .isTrue();
    }

    @Test
    void without_a_value_nothing_would_be_selected() {
        assertThatThrownBy(() -> LabelSelector.in("tier", Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[tier]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a,b", "a)", "a b", "-a", "0123456789012345678901234567890123456789012345678901234567890123"})
    void what_is_no_value_in_kubernetes_is_refused(String value) {
        assertThatThrownBy(() -> LabelSelector.of(Map.of("tier", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + value + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "/tier", "Example.com/tier", "a=b"})
    void what_is_no_label_in_kubernetes_is_refused(String label) {
        assertThatThrownBy(() -> LabelSelector.in(label, Set.of("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + label + "]");
    }
}
