package dev.relevo.samples.clients;

import io.micronaut.health.HealthStatus;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;

/** Answers the startup probe: schema migrated, seed applied, server up. It does not ask the database again. */
@Controller("/health/startup")
@Tag(name = "operation")
public class StartupController {
    private volatile boolean started;

    @EventListener
    void started(ServerStartupEvent event) {
        started = true;
    }

    /** Shows whether the start is complete: 200 with UP, or 503 with DOWN. */
    @Get
    public HttpResponse<Map<String, String>> show() {
        HealthStatus status = started ? HealthStatus.UP : HealthStatus.DOWN;
        Map<String, String> body = Map.of("name", "clients", "status", status.getName());
        return started
                ? HttpResponse.ok(body)
                : HttpResponse.<Map<String, String>>serverError().status(503).body(body);
    }
}
