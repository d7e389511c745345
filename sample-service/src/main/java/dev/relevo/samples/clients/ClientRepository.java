package dev.relevo.samples.clients;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.Page;
import io.micronaut.data.model.Pageable;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** The table {@code client}; its SQL is written at compile time. */
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface ClientRepository extends GenericRepository<Client, Long> {
    /** Stores a new client and returns it with its identifier. */
    Client save(Client client);

    /** Looks one client up. */
    Optional<Client> findById(Long id);

    /** All clients, oldest first. */
    List<Client> listOrderById();

    /** One page of clients, in the order that the page asks for. */
    Page<Client> findAll(Pageable pageable);

    /** Changes one client; returns how many there were, 0 or 1. */
    long update(@Id Long id, String name, BigDecimal money);

    /** Removes one client; returns how many there were, 0 or 1. */
    long deleteById(Long id);
}
