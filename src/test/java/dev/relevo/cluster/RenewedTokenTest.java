package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A token")
class RenewedTokenTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Deque<String> next = new ArrayDeque<>(List.of("second", "third"));
    private final RenewedToken token = new RenewedToken("first", next::removeFirst, () -> now);

    @Test
    void isAskedForAgainAfterAMinute() {
        assertThat(token.getToken()).isEqualTo("first");
        now = now.plus(Duration.ofSeconds(59));
        assertThat(token.getToken()).isEqualTo("first");
        now = now.plus(Duration.ofSeconds(1));
        assertThat(token.getToken()).isEqualTo("second");
        now = now.plus(Duration.ofMinutes(2));
        assertThat(token.getToken()).isEqualTo("third");
    }

    @Test
    void staysWhatItWasWhenThereIsNoNewerOne() {
        next.clear();
        now = now.plus(Duration.ofMinutes(5));
        assertThat(token.getToken()).isEqualTo("first");
    }
}
