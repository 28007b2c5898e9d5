# One file for the three images; compose.yaml says by SERVICE which: facade, logging or messages.
FROM maven:3-eclipse-temurin-25 AS build
LABEL project=message-service
WORKDIR /build
# The poms alone first: as long as they stay the same, what they name is not fetched again.
COPY pom.xml ./
COPY common/pom.xml common/
COPY facade/pom.xml facade/
COPY logging/pom.xml logging/
COPY messages/pom.xml messages/
COPY system/pom.xml system/
RUN mvn -B -q package -DskipTests -Denforcer.skip -pl facade,logging,messages -am
COPY common common
COPY facade facade
COPY logging logging
COPY messages messages
COPY system/jvm.options system/
# Whoever cloned this with a umask that hides files from others: the services run as another user.
RUN mvn -B -q package -DskipTests -pl facade,logging,messages -am && chmod -R a+rX .

FROM eclipse-temurin:25-jre
LABEL project=message-service
ARG SERVICE
WORKDIR /app
COPY --from=build /build/system/jvm.options ./
COPY --from=build /build/${SERVICE}/target/lib ./lib
COPY --from=build /build/${SERVICE}/target/${SERVICE}.jar ./service.jar
USER 10001:10001
# bash asks by itself: the image has neither curl nor wget.
HEALTHCHECK --interval=5s --timeout=10s --start-period=90s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$HTTP_PORT && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["java", "@jvm.options", "-XX:InitialRAMPercentage=12", "-XX:MaxRAMPercentage=50", "-jar", "service.jar"]
