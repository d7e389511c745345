package dev.relevo.samples.clients;

import io.micronaut.data.model.Page;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * One page of the register.
 *
 * @param content       the clients on it
 * @param page          its number, from 0
 * @param size          how many clients a full page holds
 * @param totalElements how many clients there are
 * @param totalPages    how many pages they fill
 */
@Serdeable
public record ClientPage(List<Client> content, int page, int size, long totalElements, int totalPages) {
    static ClientPage of(Page<Client> page) {
        return new ClientPage(
                page.getContent(), page.getPageNumber(), page.getSize(), page.getTotalSize(), page.getTotalPages());
    }
}
