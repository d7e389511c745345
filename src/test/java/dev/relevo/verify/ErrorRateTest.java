package dev.relevo.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.relevo.config.VerifyConfig.MetricsCheck;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
    private final MetricsCheck check = new MetricsCheck(
            "/prometheus", Optional.empty(), "http_server_requests_seconds_count", "status", 0.05, 0.01, 20);

    @Test
    void onlyWhatHappenedBetweenTwoReadingsCounts() {
        RequestCounts before = read("100", "50");
        RequestCounts after = read("190", "60");

        ErrorRate rate = ErrorRate.between(Map.of("pod", before), Map.of("pod", after));

        assertThat(rate.answers()).isEqualTo(100);
        assertThat(rate.share()).isCloseTo(0.1, within(1e-9));
        assertThat(rate.within(check)).isFalse();
        assertThat(rate).hasToString("10 of 100 requests failed (10.00 %)");
    }

    @Test
    void aCounterThatBeganAnewCountsFromZero() {
        ErrorRate rate = ErrorRate.between(Map.of("pod", read("100", "0")), Map.of("pod", read("30", "0")));

        assertThat(rate.answers()).isEqualTo(30);
        assertThat(rate.within(check)).isTrue();
    }

    @Test
    void noDataIsNotEnough() {
        ErrorRate rate = ErrorRate.between(Map.of(), Map.of());

        assertThat(rate.enough(check)).isFalse();
        assertThat(RequestCounts.read("", check).answers()).isEmpty();
    }

    @Test
    void otherMetricsWithTheSameBeginningAreNotTakenForTheCounter() {
        RequestCounts counts = RequestCounts.read("""
                # TYPE http_server_requests_seconds_count counter
                http_server_requests_seconds_count_total{status="500"} 9
                http_server_requests_seconds_count{uri="/a\\"b",status="200",} 4.0 1700000000
                http_server_requests_seconds_count{uri="/",status="503"} 1e1
                """, check);

        assertThat(counts.answersSince(new RequestCounts(Map.of(), Map.of()))).isEqualTo(14);
        assertThat(counts.errorsSince(new RequestCounts(Map.of(), Map.of()))).isEqualTo(10);
    }

    private RequestCounts read(String good, String bad) {
        return RequestCounts.read("""
                http_server_requests_seconds_count{status="200"} %s
                http_server_requests_seconds_count{status="500"} %s
                """.formatted(good, bad), check);
    }
}
