package dev.relevo.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.CertUtils;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Opens the client library's connections. As with kubectl, where a kubeconfig names a certificate authority nobody else is
 * trusted; the library would add all that the Java installation trusts, and reading those takes longer than a request.
 */
final class ApiHttp {
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);

    private ApiHttp() {}

    /** @throws GeneralSecurityException when the certificates cannot be used; {@link IOException} when they cannot be read */
    static HttpClient open(Config config) throws GeneralSecurityException, IOException {
        TrustManager[] trusted = trusted(config);
        boolean everybody = config.isTrustCerts();
        // Keeps the library from reading Java's authorities; what is trusted is said right after.
        config.setTrustCerts(true);
        try {
            HttpClient.Builder builder = new JdkHttpClientFactory().newBuilder(config);
            builder.sslContext(SSLUtils.keyManagers(config), trusted);
            return builder.build();
        } finally {
            config.setTrustCerts(everybody);
        }
    }

    /** Loads what every first request needs to be encrypted, by beginning a handshake with nobody. Nothing is sent. */
    static void warmUp(Config config) throws GeneralSecurityException, IOException {
        open(config).close();
        SSLEngine engine = SSLUtils.sslContext(null, new TrustManager[0]).createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        engine.wrap(
                ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    }

    private static TrustManager[] trusted(Config config) throws GeneralSecurityException, IOException {
        boolean named = isSet(config.getCaCertData()) || isSet(config.getCaCertFile());
        if (config.isTrustCerts() || !named) {
            return SSLUtils.trustManagers(config);
        }
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null);
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        Matcher pem = CERTIFICATE.matcher(pem(config));
        while (pem.find()) {
            authorities.setCertificateEntry(
                    "authority-" + authorities.size(),
                    certificates.generateCertificate(
                            new ByteArrayInputStream(pem.group().getBytes(StandardCharsets.US_ASCII))));
        }
        if (authorities.size() == 0) {
            throw new CertificateException("there is no PEM certificate in the certificate authority's data");
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static String pem(Config config) throws IOException {
        try (ByteArrayInputStream bytes =
                CertUtils.getInputStreamFromDataOrFile(config.getCaCertData(), config.getCaCertFile())) {
            return new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }
}
