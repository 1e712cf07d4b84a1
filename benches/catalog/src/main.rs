//! Catalog, negotiated prices and search at the size of a distributor, beside bare tantivy and SQLite FTS5 on the same data.
//!
//! `BENCH_SCALE=0.01 cargo run --release --manifest-path benches/catalog/Cargo.toml [-- FOLDER]`. At scale 1: 1 000 000 products (a tenth
//! in three languages), 300 agreements with 1 000 to 100 000 fixed prices each, about 6 GB of disk in FOLDER (`target/bench-catalog`),
//! removed at the end. Every measurement takes rounds until half a minute is over, five at most; what stands here is the median of the
//! rounds. The whole stops by itself after 24 minutes.
//!
//! Aims: search with 50 prices ≤ 1.2 × bare tantivy and ≤ 0.2 × FTS5; typeahead p99 ≤ 0.1 × tantivy's prefix query; part number to priced
//! product ≤ 0.05 ms; import ≥ 20 000 products/s; index ≤ 0.6 of the source; during a rebuild ≤ 2 ×; anonymous memory ≤ 1 GiB.

mod data;
mod peers;

use std::{
    env, fs,
    hint::black_box,
    io::BufReader,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use data::Seed;
use punchgate::{
    flow::pricing::Terms,
    model::{
        agreement::{Agreement, Assortment, Party, PriceChoice, PriceEntry, Selector},
        catalog::{ProductKey, Tier},
        ids::{AgreementId, BuyerId, SupplierPartId},
        party::{Buyer, Supplier},
        quantity::Quantity,
    },
    shell::{
        app::{App, AppOptions, PublicUrl, SharedApp},
        catalog::import,
        clock::Clock,
        demo::parties,
        onboarding::{Verdict, create_agreement, create_buyer, create_supplier, publish_catalog, publish_prices},
        proxies::TrustedProxies,
        search::{Query, Sort},
        shops::Shop,
        store::StoreOptions,
    },
    wire::csv::Encoding,
};
use rust_decimal::Decimal;
use tokio::runtime::Runtime;

const LIMIT: Duration = Duration::from_secs(24 * 60);
const ROUNDS: usize = 5;
const QUERIES: usize = 60;

struct Size {
    products: u32,
    agreements: u32,
}

impl Size {
    /// The categories of an agreement: it has all products of them.
    fn categories(&self, agreement: u32) -> Vec<u32> {
        let all = (self.products / data::IN_CATEGORY).max(1);
        let many = (1 + u64::from(agreement) * 99 / u64::from(self.agreements.max(1))).min(u64::from(all));
        let mut seed = Seed(u64::from(agreement) + 99);
        let first = seed.below(u64::from(all)) as u32;
        (0..many as u32).map(|step| (first + step) % all).collect()
    }

    /// The agreements of each category.
    fn by_category(&self) -> Vec<Vec<u64>> {
        let mut by = vec![Vec::new(); (self.products / data::IN_CATEGORY + 1) as usize];
        for agreement in 0..self.agreements {
            for category in self.categories(agreement) {
                by[category as usize].push(u64::from(agreement));
            }
        }
        by
    }
}

/// A line of `/proc/self/status`, in MiB.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn bytes_below(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else { return fs::metadata(path).map_or(0, |file| file.len()) };
    entries.flatten().map(|entry| bytes_below(&entry.path())).sum()
}

/// p50 and p99 in microseconds: medians over rounds of all inputs.
fn measure<T>(inputs: &[T], mut run: impl FnMut(&T) -> usize) -> (f64, f64) {
    let begun = Instant::now();
    let (mut middles, mut tails) = (Vec::new(), Vec::new());
    while middles.len() < ROUNDS && (middles.is_empty() || begun.elapsed() < Duration::from_secs(30)) {
        let mut times: Vec<f64> = Vec::with_capacity(inputs.len());
        for input in inputs {
            let start = Instant::now();
            black_box(run(input));
            times.push(start.elapsed().as_secs_f64() * 1e6);
            if begun.elapsed() > Duration::from_secs(90) {
                break;
            }
        }
        times.sort_by(f64::total_cmp);
        middles.push(times[times.len() / 2]);
        tails.push(times[(times.len() * 99 / 100).min(times.len() - 1)]);
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    (median(middles), median(tails))
}

fn say(what: &str, (p50, p99): (f64, f64)) {
    println!("{what:<58} p50 {:>9.3} ms   p99 {:>9.3} ms", p50 / 1e3, p99 / 1e3);
}

fn ratio(what: &str, value: f64, aim: f64) {
    let verdict = if value <= aim { "reached" } else { "NOT reached" };
    println!("    {what}: {value:.3} (aim ≤ {aim}: {verdict})");
}

fn agreement_id(number: u32) -> AgreementId {
    AgreementId::parse(&format!("terms-{number:03}")).unwrap()
}

async fn fill(app: &SharedApp, supplier: &Supplier, size: &Size) {
    create_supplier(app, supplier).await.unwrap();
    import_all(app, supplier, size.products).await;
    let begun = Instant::now();
    let mut entries = 0_u64;
    for number in 0..size.agreements {
        let buyer = Buyer {
            id: BuyerId::parse(&format!("buyer-{number:03}")).unwrap(),
            supplier: supplier.id.clone(),
            name: format!("Buyer {number}"),
            groups: vec![],
            erp_customer: None,
        };
        create_buyer(app, &buyer).await.unwrap();
        let categories = size.categories(number);
        let include = categories.iter().map(|one| Selector::Category(data::category(one * data::IN_CATEGORY)));
        let agreement = Agreement {
            id: agreement_id(number),
            supplier: supplier.id.clone(),
            name: format!("Terms {number}"),
            party: Party::Buyer(buyer.id.clone()),
            currency: supplier.currency,
            valid_from: "2026-01-01T00:00:00Z".parse().unwrap(),
            valid_until: None,
            priority: 0,
            assortment: Assortment { include: include.collect(), exclude: vec![] },
            shows_list_price: true,
            rules: vec![],
            price_list: None,
            conditions: vec![],
            time_zone: None,
            minimum_order: None,
        };
        create_agreement(app, &agreement).await.unwrap();
        let products = size.products;
        let (many, _) = publish_prices(app, &agreement.id, move |writer, _| {
            let mut many = 0;
            for category in categories {
                let first = category * data::IN_CATEGORY;
                for product in first..(first + data::IN_CATEGORY).min(products) {
                    let amount = Decimal::new((Seed(u64::from(product)).below(80_000) + 40) as i64, 2);
                    let entry = PriceEntry { tiers: vec![Tier { from: Quantity::ONE, amount }], per: Decimal::ONE };
                    writer.add(&SupplierPartId::parse(&data::part(product)).unwrap(), &entry)?;
                    many += 1;
                }
            }
            Ok((many, Verdict::Publish))
        })
        .await
        .unwrap();
        entries += many;
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} agreements with {entries} fixed prices published in {seconds:.1} s", size.agreements);
}

/// Imports and publishes the whole catalog.
async fn import_all(app: &SharedApp, supplier: &Supplier, products: u32) {
    let begun = Instant::now();
    let (told, _) = publish_catalog(app, &supplier.id, move |writer| {
        let file = data::File::new(products);
        let bytes = Arc::clone(&file.bytes);
        let report = import::products(BufReader::with_capacity(1 << 16, file), Encoding::Utf8, writer, |_| {})?;
        assert!(report.is_clean(), "{:?}", report.errors.first());
        Ok(((begun.elapsed(), bytes.load(Ordering::Relaxed)), Verdict::Publish))
    })
    .await
    .unwrap();
    let ((read, source), all) = (told, begun.elapsed());
    let rate = f64::from(products) / all.as_secs_f64();
    println!("import of {products} products, {} MB of source: {:.1} s, with publishing {:.1} s, {rate:.0} products/s (aim ≥ 20000)", source / 1_000_000, read.as_secs_f64(), all.as_secs_f64());
    println!("    publishing alone {:.1} s; peak memory so far {} MiB", (all - read).as_secs_f64(), memory("VmHWM"));
    let index = bytes_below(&app.data.join("catalogs").join(supplier.id.as_str()).join("1/index"));
    println!("    index {} MB", index / 1_000_000);
    ratio("index to source text", index as f64 / source as f64, 0.6);
}

/// A page of results with its prices.
fn page(shop: &Shop, query: &Query<'_>) -> usize {
    let hits = shop.search(query).unwrap();
    let priced = |ordinal: &u32| {
        let product = shop.product(*ordinal).unwrap()?;
        shop.prices(&product)
    };
    hits.ordinals.iter().filter_map(priced).count()
}

fn main() {
    let begun = Instant::now();
    let scale: f64 = env::var("BENCH_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1.0);
    let scale = scale.clamp(0.001, 1.0);
    let size = Size { products: (1e6 * scale) as u32, agreements: (300.0 * scale.sqrt()).ceil() as u32 };
    let folder = env::args().nth(1).map_or_else(|| PathBuf::from("target/bench-catalog"), PathBuf::from);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    // Whatever hangs: this ends it.
    std::thread::spawn(|| {
        std::thread::sleep(LIMIT);
        eprintln!("stopped after {} minutes", LIMIT.as_secs() / 60);
        std::process::exit(1);
    });
    println!("scale {scale}: {} products, {} agreements", size.products, size.agreements);
    let runtime = Runtime::new().unwrap();
    let options = AppOptions {
        data: folder.join("data"),
        public_url: PublicUrl::parse("http://127.0.0.1:1").unwrap(),
        trusted_proxies: TrustedProxies::default(),
        key: None,
        private_networks: vec![],
        clock: Clock::System,
        store: StoreOptions { reserved_bytes: 0, ..StoreOptions::at(folder.join("data/store")) },
    };
    let app = runtime.block_on(App::open(options)).unwrap();
    let supplier = parties::supplier().unwrap();
    runtime.block_on(fill(&app, &supplier, &size));
    let shops: Vec<Shop> = runtime.block_on(async {
        let mut shops = Vec::new();
        for number in 0..size.agreements {
            let buyer = Buyer {
                id: BuyerId::parse(&format!("buyer-{number:03}")).unwrap(),
                supplier: supplier.id.clone(),
                name: String::new(),
                groups: vec![],
                erp_customer: None,
            };
            let pins = app.pins(&buyer, None).await.unwrap().unwrap();
            let terms = Terms { currency: supplier.currency, choice: PriceChoice::default(), now: app.now() };
            shops.push(app.shops.open(&app.store, &supplier.id, &pins, terms, false).await.unwrap());
        }
        shops
    });
    let first = Instant::now();
    for shop in &shops {
        shop.shown().unwrap();
    }
    println!("what each of {} buyers sees, found out once: {:.2} ms each", shops.len(), first.elapsed().as_secs_f64() * 1e3 / shops.len() as f64);
    let first = Instant::now();
    for shop in shops.iter().take(20) {
        shop.complete("xy", 1).unwrap();
    }
    println!("what each can complete, found out once: {:.2} ms each", first.elapsed().as_secs_f64() * 1e3 / shops.len().min(20) as f64);

    let mut seed = Seed(4_711);
    let some = |seed: &mut Seed| seed.below(shops.len().min(20) as u64) as usize * shops.len() / shops.len().min(20);
    let queries: Vec<(usize, String)> = (0..QUERIES).map(|_| (some(&mut seed), data::query(&mut seed))).collect();
    let typed: Vec<(usize, String)> =
        (0..QUERIES * 5).map(|_| (seed.below(shops.len().min(20) as u64) as usize, data::typed(&mut seed))).collect();
    let own = |shop: usize, at: u64| {
        let categories = size.categories(shop as u32);
        categories[at as usize % categories.len()] * data::IN_CATEGORY + (at % u64::from(data::IN_CATEGORY)) as u32
    };
    let keys: Vec<(usize, ProductKey)> = (0..2_000)
        .map(|at| {
            let shop = some(&mut seed);
            let part = SupplierPartId::parse(&data::part(own(shop, at * 37).min(size.products - 1))).unwrap();
            (shop, ProductKey { part, auxiliary: None })
        })
        .collect();
    let search = |(shop, words): &(usize, String)| page(&shops[*shop], &Query { text: words, limit: 50, ..Query::default() });
    let exact = measure(&keys, |(shop, key)| {
        let product = shops[*shop].find(key);
        product.and_then(|product| shops[*shop].prices(&product)).map_or(0, |quote| quote.bands.len())
    });
    say("exact part number to priced product", exact);
    ratio("milliseconds", exact.0 / 1e3, 0.05);
    let products: Vec<_> = keys.iter().filter_map(|(shop, key)| Some((*shop, shops[*shop].find(key)?))).collect();
    say("price of one product", measure(&products, |(shop, product)| usize::from(shops[*shop].prices(product).is_some())));
    say("prices of 50 products", measure(&products[..products.len() - 50].iter().enumerate().step_by(50).collect::<Vec<_>>(), |(at, _)| {
        products[*at..*at + 50].iter().filter(|(shop, product)| shops[*shop].prices(product).is_some()).count()
    }));
    let ours = measure(&queries, search);
    say("search with visibility, facets, counts, 50 prices", ours);
    let completing = measure(&typed, |(shop, text)| shops[*shop].complete(text, 5).unwrap().texts.len());
    say("typeahead", completing);
    let areas: Vec<(usize, String)> = (0..20)
        .map(|at| {
            let shop = some(&mut seed);
            (shop, data::category(own(shop, at)).split(" / ").next().unwrap().to_owned())
        })
        .collect();
    say("category page by negotiated price, with 50 prices", measure(&areas, |(shop, area)| {
        page(&shops[*shop], &Query { category: Some(area), sort: Sort::Price, limit: 50, ..Query::default() })
    }));
    println!("anonymous memory while serving: {} MiB (aim ≤ 1024)", memory("RssAnon"));

    let stop = Arc::new(AtomicBool::new(false));
    let rebuild = {
        let (app, supplier, stop) = (Arc::clone(&app), supplier.clone(), Arc::clone(&stop));
        let handle = runtime.handle().clone();
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                handle.block_on(import_all(&app, &supplier, size.products));
            }
        })
    };
    let during = measure(&queries, search);
    stop.store(true, Ordering::Relaxed);
    rebuild.join().unwrap();
    say("the same search during a rebuild", during);
    ratio("to without", during.0 / ours.0, 2.0);
    println!("peak memory {} MiB", memory("VmHWM"));

    let size = Size { products: size.products, agreements: size.agreements };
    let by_category = size.by_category();
    let agreements = |number: u32| by_category[(number / data::IN_CATEGORY) as usize].clone();
    let bare = peers::Bare::build(&folder.join("bare"), size.products, agreements);
    let theirs = measure(&queries, |(shop, words)| bare.search(words, *shop as u64));
    say("bare tantivy: visibility, count, facets, no prices", theirs);
    ratio("search of punchgate to bare tantivy, p50", ours.0 / theirs.0, 1.2);
    let prefix = measure(&typed, |(shop, text)| bare.prefix(text, *shop as u64));
    say("bare tantivy: prefix query", prefix);
    ratio("typeahead to prefix query, p99", completing.1 / prefix.1, 0.1);
    let fts = peers::Fts::build(&folder.join("fts.sqlite"), size.products, agreements);
    let theirs = measure(&queries, |(shop, words)| fts.search(words, *shop as u64));
    say("SQLite FTS5: visibility, count, three facets, no prices", theirs);
    ratio("search of punchgate to FTS5, p50", ours.0 / theirs.0, 0.2);
    println!("disk {} MB; all of it took {:.0} s", bytes_below(&folder) / 1_000_000, begun.elapsed().as_secs_f64());
    drop((shops, app));
    let _ = fs::remove_dir_all(&folder);
}
