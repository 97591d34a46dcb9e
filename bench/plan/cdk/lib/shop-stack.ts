import { Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { LoadBalancerV2Origin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { CfnReplicationGroup, CfnSubnetGroup } from "aws-cdk-lib/aws-elasticache";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import * as rds from "aws-cdk-lib/aws-rds";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";

export interface ShopProps extends StackProps {
  readonly domain: string;
}

interface Spec {
  readonly path?: string;
  readonly cpu: number;
  readonly memory: number;
  readonly min: number;
  readonly max: number;
  readonly database?: boolean;
  readonly cache?: boolean;
  readonly media?: boolean;
  readonly openai?: boolean;
}

/** The same ten as in bench/plan/shop.ts. */
const SERVICES: Readonly<Record<string, Spec>> = {
  frontend: { path: "/*", cpu: 512, memory: 1024, min: 2, max: 6 },
  api: {
    path: "/api/*",
    cpu: 1024,
    memory: 2048,
    min: 2,
    max: 10,
    database: true,
    cache: true,
    openai: true,
  },
  catalogue: { cpu: 512, memory: 1024, min: 2, max: 6, database: true, cache: true },
  search: { cpu: 1024, memory: 2048, min: 2, max: 6, cache: true },
  recommend: { cpu: 1024, memory: 2048, min: 2, max: 6, cache: true, openai: true },
  stylist: { cpu: 1024, memory: 2048, min: 2, max: 6, openai: true },
  media: { cpu: 512, memory: 1024, min: 2, max: 6, media: true },
  orders: { cpu: 512, memory: 1024, min: 2, max: 6, database: true },
  accounts: { cpu: 512, memory: 1024, min: 2, max: 6, database: true },
  worker: { cpu: 512, memory: 1024, min: 1, max: 4, database: true, media: true },
};

export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id, props);
    const vpc = this.network();
    const alarms = new Topic(this, "alarms");
    const data = this.data(vpc, alarms);
    const balancer = this.balancer(vpc, alarms);
    const services = this.services(vpc, data, balancer.listener, alarms);
    this.edge(props.domain, data.media, balancer.balancer);
    this.dashboard(services, balancer.balancer, data.database);
    this.budget();
  }

  private network(): ec2.Vpc {
    const vpc = new ec2.Vpc(this, "network", {
      maxAzs: 2,
      natGateways: 1,
      subnetConfiguration: [
        { name: "public", subnetType: ec2.SubnetType.PUBLIC },
        { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: "data", subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    });
    vpc.addFlowLog("flow-log");
    vpc.addGatewayEndpoint("s3", { service: ec2.GatewayVpcEndpointAwsService.S3 });
    return vpc;
  }

  private data(vpc: ec2.Vpc, alarms: Topic) {
    const database = new rds.DatabaseInstance(this, "db", {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      multiAz: true,
      storageEncrypted: true,
      deletionProtection: true,
      backupRetention: Duration.days(30),
      credentials: rds.Credentials.fromGeneratedSecret("shop"),
      parameters: { "rds.force_ssl": "1" },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.alarm("db-cpu", database.metricCPUUtilization(), 80, alarms);
    this.alarm("db-storage", database.metricFreeStorageSpace(), 2e9, alarms);
    const cacheGroup = new ec2.SecurityGroup(this, "cache-group", { vpc, allowAllOutbound: false });
    const subnets = new CfnSubnetGroup(this, "cache-subnets", {
      description: "cache",
      subnetIds: vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
    });
    const cache = new CfnReplicationGroup(this, "cache", {
      replicationGroupDescription: "cache",
      engine: "valkey",
      cacheNodeType: "cache.t4g.small",
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      transitEncryptionEnabled: true,
      atRestEncryptionEnabled: true,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [cacheGroup.securityGroupId],
    });
    const media = new s3.Bucket(this, "pictures", {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const openai = new Secret(this, "openai");
    const jwt = new Secret(this, "jwt", { generateSecretString: { passwordLength: 64 } });
    return { database, cache, cacheGroup, media, openai, jwt };
  }

  private balancer(vpc: ec2.Vpc, alarms: Topic) {
    const balancer = new elb.ApplicationLoadBalancer(this, "balancer", {
      vpc,
      internetFacing: true,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.minutes(5),
    });
    const certificate = new Certificate(this, "certificate", { domainName: "origin.shop.example" });
    const listener = balancer.addListener("https", {
      port: 443,
      certificates: [certificate],
      sslPolicy: elb.SslPolicy.TLS13_RES,
      defaultAction: elb.ListenerAction.fixedResponse(404),
    });
    this.alarm("balancer-5xx", balancer.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT), 10, alarms);
    return { balancer, listener };
  }

  private services(
    vpc: ec2.Vpc,
    data: ReturnType<ShopStack["data"]>,
    listener: elb.ApplicationListener,
    alarms: Topic,
  ): ecs.FargateService[] {
    const cluster = new ecs.Cluster(this, "cluster", {
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
      defaultCloudMapNamespace: { name: "shop.internal", useForServiceConnect: true },
    });
    return Object.entries(SERVICES).map(([name, spec], priority) => {
      const service = this.service(cluster, name, spec, data);
      const scaling = service.autoScaleTaskCount({ minCapacity: spec.min, maxCapacity: spec.max });
      scaling.scaleOnCpuUtilization(`${name}-cpu`, { targetUtilizationPercent: 70 });
      this.alarm(`${name}-memory`, service.metricMemoryUtilization(), 90, alarms);
      if (spec.path !== undefined) {
        listener.addTargets(name, {
          priority: 10 - priority,
          conditions: [elb.ListenerCondition.pathPatterns([spec.path])],
          protocol: elb.ApplicationProtocol.HTTP,
          port: 8080,
          targets: [service],
          healthCheck: { path: "/health", interval: Duration.seconds(10) },
          deregistrationDelay: Duration.seconds(30),
        });
      }
      return service;
    });
  }

  private service(
    cluster: ecs.Cluster,
    name: string,
    spec: Spec,
    data: ReturnType<ShopStack["data"]>,
  ): ecs.FargateService {
    const task = new ecs.FargateTaskDefinition(this, `${name}-task`, {
      cpu: spec.cpu,
      memoryLimitMiB: spec.memory,
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 },
    });
    const logGroup = new LogGroup(this, `${name}-logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    task.addContainer(name, {
      image: ecs.ContainerImage.fromRegistry(`acme/shop-${name}:1.0.0`),
      logging: ecs.LogDriver.awsLogs({ streamPrefix: name, logGroup }),
      portMappings: [{ containerPort: 8080, name }],
      readonlyRootFilesystem: true,
      environment: {
        LOG_LEVEL: "info",
        ...(spec.cache && { CACHE_HOST: data.cache.attrPrimaryEndPointAddress }),
        ...(spec.media && { MEDIA_BUCKET: data.media.bucketName }),
      },
      secrets: {
        JWT_SECRET: ecs.Secret.fromSecretsManager(data.jwt),
        ...(spec.openai && { OPENAI_API_KEY: ecs.Secret.fromSecretsManager(data.openai) }),
        ...(spec.database &&
          data.database.secret && {
            DB_PASSWORD: ecs.Secret.fromSecretsManager(data.database.secret, "password"),
          }),
      },
      healthCheck: {
        command: ["CMD-SHELL", "curl --fail http://localhost:8080/health"],
        interval: Duration.seconds(10),
      },
    });
    const service = new ecs.FargateService(this, name, {
      cluster,
      taskDefinition: task,
      desiredCount: spec.min,
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
      serviceConnectConfiguration: { services: [{ portMappingName: name }] },
    });
    if (spec.database) data.database.connections.allowDefaultPortFrom(service);
    if (spec.cache) data.cacheGroup.connections.allowFrom(service, ec2.Port.tcp(6379));
    if (spec.media) data.media.grantReadWrite(task.taskRole);
    return service;
  }

  private edge(domain: string, media: s3.Bucket, balancer: elb.ApplicationLoadBalancer): void {
    const rule = (name: string, priority: number) => ({
      name,
      priority,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: true },
    });
    const firewall = new CfnWebACL(this, "firewall", {
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: "shop", sampledRequestsEnabled: true },
      rules: [
        rule("AWSManagedRulesCommonRuleSet", 1),
        rule("AWSManagedRulesKnownBadInputsRuleSet", 2),
        rule("AWSManagedRulesSQLiRuleSet", 3),
        {
          name: "rate",
          priority: 4,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: 5000, aggregateKeyType: "IP" } },
          visibilityConfig: {
            cloudWatchMetricsEnabled: true,
            metricName: "rate",
            sampledRequestsEnabled: true,
          },
        },
      ],
    });
    const headers = new cloudfront.ResponseHeadersPolicy(this, "headers", {
      securityHeadersBehavior: {
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          override: true,
        },
        contentTypeOptions: { override: true },
      },
    });
    new cloudfront.Distribution(this, "door", {
      domainNames: [domain],
      certificate: new Certificate(this, "door-certificate", { domainName: domain }),
      webAclId: firewall.attrArn,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: new LoadBalancerV2Origin(balancer),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
        responseHeadersPolicy: headers,
      },
      additionalBehaviors: {
        "/media/*": {
          origin: S3BucketOrigin.withOriginAccessControl(media),
          viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
          responseHeadersPolicy: headers,
        },
      },
    });
  }

  private dashboard(
    services: readonly ecs.FargateService[],
    balancer: elb.ApplicationLoadBalancer,
    database: rds.DatabaseInstance,
  ): void {
    const graph = (title: string, left: cloudwatch.IMetric[]) =>
      new cloudwatch.GraphWidget({ title, left, width: 12 });
    new cloudwatch.Dashboard(this, "dashboard", {
      widgets: [
        [
          graph("Requests", [balancer.metrics.requestCount()]),
          graph("Latency", [balancer.metrics.targetResponseTime()]),
        ],
        [graph("Database", [database.metricCPUUtilization(), database.metricDatabaseConnections()])],
        services.map((service) =>
          graph(service.node.id, [service.metricCpuUtilization(), service.metricMemoryUtilization()]),
        ),
      ],
    });
  }

  private alarm(id: string, metric: cloudwatch.Metric, threshold: number, topic: Topic): void {
    new cloudwatch.Alarm(this, `${id}-alarm`, { metric, threshold, evaluationPeriods: 3 }).addAlarmAction(
      new SnsAction(topic),
    );
  }

  private budget(): void {
    new CfnBudget(this, "budget", {
      budget: { budgetType: "COST", timeUnit: "MONTHLY", budgetLimit: { amount: 900, unit: "USD" } },
    });
  }
}
