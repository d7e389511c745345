package dev.relevo.samples.clients;

import io.micronaut.data.model.Pageable;
import io.micronaut.data.model.Sort;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.util.Locale;

/** The register as a REST resource. */
@Controller("/clients")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "clients")
public class ClientController {
    private final ClientRegister register;

    ClientController(ClientRegister register) {
        this.register = register;
    }

    /**
     * Lists clients page by page.
     *
     * @param page  number of the page, from 0
     * @param size  clients on a page, 1 to 100
     * @param sort  the property to sort by: id, name or money
     * @param order asc or desc
     */
    @Get
    public ClientPage list(
            @QueryValue(defaultValue = "0") @Min(value = 0, message = "is below {value}") int page,
            @QueryValue(defaultValue = "20")
                    @Min(value = 1, message = "is below {value}")
                    @Max(value = 100, message = "is more than {value}")
                    int size,
            @QueryValue(defaultValue = "id")
                    @Pattern(regexp = "id|name|money", message = "is not one of id, name, money")
                    String sort,
            @QueryValue(defaultValue = "asc") @Pattern(regexp = "asc|desc", message = "is not one of asc, desc")
                    String order) {
        Sort.Order.Direction direction = Sort.Order.Direction.valueOf(order.toUpperCase(Locale.ROOT));
        // The identifier makes the order total: without it, equal names could repeat or vanish between two pages.
        Sort total = Sort.of(new Sort.Order(sort, direction, false), new Sort.Order("id", direction, false));
        return ClientPage.of(register.page(Pageable.from(page, size, total)));
    }

    /** Shows one client. */
    @Get("/{id}")
    public Client show(long id) {
        return register.find(id).orElseThrow(() -> Missing.client(id));
    }

    /** Adds a client. */
    @Post
    @Operation(summary = "Adds a client.")
    @ApiResponse(responseCode = "201", description = "The client as stored; Location names it.")
    public HttpResponse<Client> add(@Body ClientDraft draft) {
        Client added = register.add(draft);
        return HttpResponse.created(added, URI.create("/clients/" + added.id()));
    }

    /** Replaces name and money of a client. */
    @Put("/{id}")
    public Client change(long id, @Body ClientDraft draft) {
        return register.change(id, draft).orElseThrow(() -> Missing.client(id));
    }

    /** Removes a client. */
    @Delete("/{id}")
    @Status(HttpStatus.NO_CONTENT)
    public void remove(long id) {
        if (!register.remove(id)) {
            throw Missing.client(id);
        }
    }
}
