package dev.relevo.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.VerifyConfig.HttpCheck;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmokeCheckTest {
    @Test
    void anAnswerAsExpectedPasses() {
        SmokeCheck check = check(Optional.of("shop"), Map.of("/status", "UP", "/checks/0/ok", "true"));

        assertThat(check.complaint(
                        new HttpReply(200, "{\"name\":\"shop\",\"status\":\"UP\",\"checks\":[{\"ok\":true}]}")))
                .isEmpty();
    }

    @Test
    void anotherStatusIsToldWithWhatWasAnswered() {
        assertThat(check(Optional.empty(), Map.of()).complaint(new HttpReply(503, "no\n  database")))
                .contains("GET /health answered 503; expected 200: no database");
    }

    @Test
    void aMissingTextIsTold() {
        assertThat(check(Optional.of("shop"), Map.of()).complaint(new HttpReply(200, "hello")))
                .contains("GET /health does not contain [shop]: hello");
    }

    @Test
    void aFieldWithAnotherValueIsTold() {
        SmokeCheck check = check(Optional.empty(), Map.of("/status", "UP"));

        assertThat(check.complaint(new HttpReply(200, "{\"status\":\"DOWN\"}")))
                .contains("GET /health has [DOWN] at /status; expected [UP]");
        assertThat(check.complaint(new HttpReply(200, "{}")))
                .contains("GET /health has [nothing] at /status; expected [UP]");
        assertThat(check.complaint(new HttpReply(200, "<html>"))).contains("GET /health is not JSON: <html>");
    }

    private static SmokeCheck check(Optional<String> body, Map<String, String> json) {
        return new SmokeCheck(new HttpCheck(
                "/health", "GET", Map.of(), Optional.empty(), 200, body, json, Duration.ofSeconds(1), Duration.ZERO));
    }
}
