package dev.relevo.samples.clients;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * The metrics in the format that the scraper asks for. Micronaut's own endpoint knows only Prometheus' text format, which has no
 * room for exemplars; <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics</a> has.
 */
@Hidden
@Controller("/prometheus")
class MetricsController {
    private final PrometheusRegistry registry;
    /** Not Micrometer's: those put exemplars on summaries too, for which Prometheus 2 refuses the whole answer. */
    private final ExpositionFormats formats = ExpositionFormats.init();

    MetricsController(PrometheusMeterRegistry registry) {
        this.registry = registry.getPrometheusRegistry();
    }

    @Get(produces = MediaType.ALL)
    HttpResponse<byte[]> scrape(@Nullable @Header(HttpHeaders.ACCEPT) String accept) throws IOException {
        ExpositionFormatWriter format = formats.findWriter(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        format.write(body, registry.scrape());
        return HttpResponse.ok(body.toByteArray()).header(HttpHeaders.CONTENT_TYPE, format.getContentType());
    }
}
