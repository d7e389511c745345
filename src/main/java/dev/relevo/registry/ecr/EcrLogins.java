package dev.relevo.registry.ecr;

import dev.relevo.registry.CloudLogin;
import dev.relevo.registry.RegistryError;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.EcrClientBuilder;
import software.amazon.awssdk.services.ecr.model.AuthorizationData;

/**
 * Logins for ECR by GetAuthorizationToken. Who asks follows from the SDK's usual order: system properties, AWS_* variables, the web
 * identity of a pod (IRSA), the profile files, Pod Identity and ECS, the machine's role.
 *
 * @param region whose registry; empty for AWS_REGION, the profile, or the machine's own
 * @param endpoint another address of the service, e.g. of a private endpoint
 */
public record EcrLogins(Optional<String> region, Optional<URI> endpoint) {
    private static final int ATTEMPTS = 4;
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration ALL_ATTEMPTS = Duration.ofSeconds(45);

    /**
     * Asks for a login; it lasts twelve hours and is good for every registry of the region that the identity may pull from.
     *
     * @throws RelevoException with {@link RegistryError#NO_TOKEN}
     */
    public List<CloudLogin> fetch() {
        try (EcrClient client = client()) {
            List<CloudLogin> logins = client.getAuthorizationToken().authorizationData().stream()
                    .map(this::login)
                    .toList();
            if (logins.isEmpty()) {
                throw unreadable();
            }
            return logins;
        } catch (AwsServiceException refused) {
            throw refused(refused).asException(refused);
        } catch (ApiCallTimeoutException late) {
            throw problem("ECR gave no answer within " + ALL_ATTEMPTS.toSeconds() + " s")
                    .remedy("Open the way to the service, or name a private endpoint with --endpoint.")
                    .asException(late);
        } catch (SdkClientException failed) {
            throw failed(failed).asException(failed);
        }
    }

    private EcrClient client() {
        EcrClientBuilder builder = EcrClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .socketTimeout(ATTEMPT))
                .overrideConfiguration(calls -> calls.apiCallTimeout(ALL_ATTEMPTS)
                        .apiCallAttemptTimeout(ATTEMPT)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()));
        region.map(Region::of).ifPresent(builder::region);
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private CloudLogin login(AuthorizationData data) {
        try {
            String plain = new String(Base64.getDecoder().decode(data.authorizationToken()), StandardCharsets.UTF_8);
            int colon = plain.indexOf(':');
            String registry = URI.create(data.proxyEndpoint()).getAuthority();
            return new CloudLogin(
                    registry, plain.substring(0, Math.max(0, colon)), plain.substring(colon + 1), data.expiresAt());
        } catch (IllegalArgumentException | NullPointerException unreadable) {
            // The cause is left out: it could quote the token.
            throw unreadable();
        }
    }

    private RelevoException unreadable() {
        return problem("ECR's answer holds no login that can be read")
                .remedy(endpoint.map(at -> "Is [" + at + "] really ECR?")
                        .orElse("Run the command again; if it stays so, tell us."))
                .asException();
    }

    private static Problem refused(AwsServiceException refused) {
        AwsErrorDetails details = refused.awsErrorDetails();
        String code = details == null ? "status " + refused.statusCode() : details.errorCode();
        String said = details == null || details.errorMessage() == null ? "" : ": " + details.errorMessage();
        Problem problem = problem("ECR refuses to give a login: " + code + said);
        return refused.statusCode() >= 500 || refused.isThrottlingException()
                ? problem.detail(ATTEMPTS + " attempts")
                        .remedy("The service is busy or ill: run the command again later.")
                : problem.remedy(
                        "Give this identity ecr:GetAuthorizationToken, and see that its credentials are valid.");
    }

    private static Problem failed(SdkClientException failed) {
        String message = String.valueOf(failed.getMessage());
        if (message.contains("region")) {
            return problem("It is not known in which region of AWS the registry is")
                    .remedy("Name it with --region, or set AWS_REGION.");
        }
        if (message.contains("credentials")) {
            return problem("There are no credentials for AWS")
                    .detail(message.lines().findFirst().orElse(""))
                    .remedy("Give the pod's service account a role (IRSA, Pod Identity), or set AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.");
        }
        return problem("ECR cannot be reached: " + message)
                .remedy("Check the region, the network and the proxy, or name a private endpoint with --endpoint.");
    }

    private static Problem problem(String summary) {
        return Problem.of(RegistryError.NO_TOKEN, summary);
    }
}
