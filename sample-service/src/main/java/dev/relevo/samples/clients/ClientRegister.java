package dev.relevo.samples.clients;

import io.micronaut.data.model.Page;
import io.micronaut.data.model.Pageable;
import jakarta.inject.Singleton;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Optional;

/** The rules of the register, the same for every way to reach it. */
@Singleton
public class ClientRegister {
    private final ClientRepository clients;
    private final RegisterMetrics metrics;

    ClientRegister(ClientRepository clients, RegisterMetrics metrics) {
        this.clients = clients;
        this.metrics = metrics;
    }

    /** All clients, oldest first. */
    public List<Client> all() {
        return clients.listOrderById();
    }

    /** One page of clients. */
    public Page<Client> page(Pageable pageable) {
        return clients.findAll(pageable);
    }

    /** One client, empty when there is none with that identifier. */
    public Optional<Client> find(long id) {
        return clients.findById(id);
    }

    /** Adds a client and returns it as stored. */
    public Client add(@Valid ClientDraft draft) {
        Client added = clients.save(new Client(null, draft.cleanName(), draft.amount()));
        metrics.added(added.money());
        return added;
    }

    /** Changes a client and returns it as stored, empty when there is none with that identifier. */
    public Optional<Client> change(long id, @Valid ClientDraft draft) {
        Client changed = new Client(id, draft.cleanName(), draft.amount());
        return clients.update(id, changed.name(), changed.money()) == 0 ? Optional.empty() : Optional.of(changed);
    }

    /** Removes a client; false when there is none with that identifier. */
    public boolean remove(long id) {
        boolean removed = clients.deleteById(id) > 0;
        if (removed) {
            metrics.removed();
        }
        return removed;
    }
}
