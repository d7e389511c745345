package dev.relevo.samples.clients;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;

/** The same register under the short paths that simple callers use. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "short paths")
public class LegacyController {
    private final ClientRegister register;

    LegacyController(ClientRegister register) {
        this.register = register;
    }

    /** Lists all clients, oldest first. */
    @Get("/getall")
    public List<Client> all() {
        return register.all();
    }

    /** Shows one client. */
    @Get("/get/{id}")
    public Client show(long id) {
        return register.find(id).orElseThrow(() -> Missing.client(id));
    }

    /** Adds a client given in the query. */
    @Post("/add")
    @Operation(summary = "Adds a client given in the query.")
    @ApiResponse(responseCode = "201", description = "The client as stored; Location names it.")
    public HttpResponse<Client> add(@QueryValue String name, @QueryValue BigDecimal money) {
        Client added = register.add(new ClientDraft(name, money));
        return HttpResponse.created(added, URI.create("/get/" + added.id()));
    }
}
