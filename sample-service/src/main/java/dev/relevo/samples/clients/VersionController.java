package dev.relevo.samples.clients;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.swagger.v3.oas.annotations.tags.Tag;

/** Tells which version answers. */
@Controller("/version")
@Tag(name = "operation")
public class VersionController {
    private final Version version;

    VersionController(Version version) {
        this.version = version;
    }

    /** Shows the version, the commit and the pod that answer. */
    @Get
    public Version.Shown show() {
        return version.shown();
    }
}
